/** Invented names in eight scripts, each number another one. What comes first is common: few given names lead many people. */
const PARTS: readonly { given: readonly string[]; family: readonly string[]; joined: string }[] = [
  {
    given: words('Arben Besnik Clara Daniel Edona Frank Gjergj Helen Ilir Jonas Karim Liridon Marta Nick Olivia Peter'),
    family: words(
      'Hoxha Krasniqi Shehu Miller Walker Dupont Janssen Novak Kovacs Berisha Santos Gruber Lindqvist Romero Weber Quinn',
    ),
    joined: ' ',
  },
  {
    given: words('Anh Bình Chí Dũng Đức Giang Hạnh Hùng Khánh Lan Minh Ngọc Phúc Quân Thảo Tuấn'),
    family: words('Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai'),
    joined: ' ',
  },
  {
    given: words(
      'Андрей Борис Виктор Галина Дмитрий Елена Иван Кирилл Лариса Максим Наталья Олег Павел Роман Сергей Юлия',
    ),
    family: words(
      'Иванов Петров Смирнов Кузнецов Попов Васильев Соколов Морозов Волков Лебедев Козлов Новиков Зайцев Орлов Белов Титов',
    ),
    joined: ' ',
  },
  {
    given: words(
      'Αλέξανδρος Βασίλης Γιώργος Δημήτρης Ελένη Ζωή Ηλίας Θανάσης Ιωάννα Κώστας Λεωνίδας Μαρία Νίκος Πέτρος Σοφία Χρήστος',
    ),
    family: words(
      'Παπαδόπουλος Βλάχος Οικονόμου Νικολάου Γεωργίου Μακρής Δημητρίου Καραγιάννης Αντωνίου Λάμπρου Σταύρου Ρήγας Ζήσης Κοντός Φωτίου Μπέλλος',
    ),
    joined: ' ',
  },
  {
    given: words('أحمد بلال جمال حسن خالد رامي زينب سامي طارق عمر فاطمة كريم ليلى محمود نور يوسف'),
    family: words(
      'السيد الحلبي الكردي الشامي البصري النجار الحداد الخطيب المصري العلي الحسن الرفاعي القاسم المهدي الصالح الطائي',
    ),
    joined: ' ',
  },
  {
    given: words('አበበ በቀለ ገብረ ደሳለኝ ሀይሉ ኃይለ ከበደ ለማ መሐመድ ነጋሽ ሰላም ተስፋዬ ወልደ ያሬድ ዘነበ ዳዊት'),
    family: words('ታደሰ ገብሬ አስፋው ወርቁ ሙሉጌታ ኪዳኔ ፍቃዱ ባይሳ ጌታቸው መኮንን ዓለሙ ተክሌ ደምሴ ሽፈራው ይልማ ንጉሴ'),
    joined: ' ',
  },
  {
    given: words('अहमद बिलाल चंदन दीपक गीता हरीश इमरान जावेद करीम लक्ष्मी मोहन नसीम प्रिया राहुल सलीम विक्रम'),
    family: words('शर्मा खान सिंह वर्मा गुप्ता यादव पटेल मिश्रा चौधरी जोशी कुमार रॉय नायर मलिक अंसारी ठाकुर'),
    joined: ' ',
  },
  {
    given: words('阿里 伟 芳 秀英 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 涛'),
    family: words('王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 林'),
    joined: '',
  },
];

function words(text: string): string[] {
  return text.split(' ');
}

/** The name of a number; no two numbers have the same. */
export function nameOf(number: number): string {
  const { given, family, joined } = PARTS[number % PARTS.length]!;
  const rest = Math.floor(number / PARTS.length);
  const first = given[rest % given.length]!;
  const last = family[Math.floor(rest / given.length) % family.length]!;
  const more = Math.floor(rest / (given.length * family.length));
  const middle =
    more === 0 ? [] : [...more.toString(given.length)].map((digit) => given[Number.parseInt(digit, given.length)]!);
  return [first, ...middle, last].join(joined);
}
