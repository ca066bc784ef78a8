module.exports = async () => {
  await globalThis.__breakwaterEndRun?.();
};
