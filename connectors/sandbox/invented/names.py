"""Names of many cultures and scripts, and how they get written down.

A name is written `Latin`, `Latin/native` or `Latin/native/variant,variant` (`Latin//variant` where there is no
other script); variants are nicknames, other transliterations and short forms that real systems mix freely.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Name(NamedTuple):
    """One name: in Latin letters, in its own script (or the same), and the other ways it is written."""

    latin: str
    native: str
    variants: tuple[str, ...]


class Culture(NamedTuple):
    """Where names come from. `family_first`: the family name is said first, and forms mix that up; `weight`: how
    common the culture is among the invented people; `places` are keys of places.py."""

    code: str
    weight: float
    male: tuple[Name, ...]
    female: tuple[Name, ...]
    family: tuple[Name, ...]
    places: str
    family_first: bool = False


_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae"})


def fold(text: str) -> str:
    """Without diacritics, as forms that only know ASCII leave it."""
    spread = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def _names(text: str) -> tuple[Name, ...]:
    found = []
    for word in text.split():
        latin, _, rest = word.partition("/")
        native, _, variants = rest.partition("/")
        ways = tuple(v.replace("_", " ") for v in variants.split(",") if v)
        plain = fold(latin)
        if plain != latin:
            ways = (*ways, plain)
        found.append(Name(latin, native or latin, ways))
    return tuple(found)


_EN = Culture(
    "en", 40,
    _names(
        "James//Jim,Jimmy Robert//Bob,Rob,Bobby Michael//Mike,Mick William//Bill,Will Richard//Rich,Dick Thomas//Tom "
        "Christopher//Chris Daniel//Dan,Danny Matthew//Matt Anthony//Tony Steven//Steve Andrew//Andy,Drew "
        "Joshua//Josh "
        "Kenneth//Ken Edward//Ed,Ted,Eddie Nicholas//Nick Jonathan//Jon,Jonny Benjamin//Ben Samuel//Sam "
        "Alexander//Alex "
        "Gregory//Greg Patrick//Pat Theodore//Theo,Ted Frederick//Fred Nathaniel//Nate Zachary//Zach Oliver//Ollie "
        "Harrison//Harry Owen Lucas//Luke Ethan Caleb Marcus//Marc Graham Malcolm Julian Dominic//Dom Spencer Trevor"
    ),
    _names(
        "Elizabeth//Liz,Beth,Lizzie,Betty Margaret//Maggie,Meg,Peggy Katherine//Kate,Katie,Kathy Jennifer//Jen,Jenny "
        "Patricia//Pat,Trish Susan//Sue,Susie Rebecca//Becky,Bec Deborah//Deb,Debbie Amanda//Mandy Samantha//Sam "
        "Victoria//Vicky,Tori Christina//Tina,Chris Alexandra//Alex,Sandra Abigail//Abby Charlotte//Charlie,Lottie "
        "Josephine//Jo,Josie Eleanor//Ellie,Nell Caroline//Carrie Gabrielle//Gabby Philippa//Pippa Penelope//Penny "
        "Olivia//Liv Hannah Fiona Gillian//Gill Naomi Imogen//Immy Harriet//Hattie Beatrice//Bea Lauren Megan//Meg "
        "Sophia//Sophie Grace Naomi Valerie//Val Judith//Judy Constance//Connie Rosemary//Rose Tabitha Miriam"
    ),
    _names(
        "Ashbourne Blackwood Brookfield Carlisle Cresswell Danforth Eastbrook Fairweather Garland Hargrove Hollister "
        "Ingham Jarrow Kirkwood Langley Marlowe Norwood Oakley Penrose Quigley Ravenhill Selwyn Stanhope Thornbury "
        "Underhill Wakefield Westcott Whitlock Winterbourne Yardley O'Brien O'Connell McAllister MacKenzie "
        "Fitzgerald "
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patterson Wright Walker Robinson Thompson Hughes "
        "Edwards Green Lewis Wood Harris Clarke Jackson Turner Hill Moore Ward Cooper Morris Kelly Baker Parker"
    ),
    "us uk",
)  # fmt: skip
_ES = Culture(
    "es", 9,
    _names("José//Pepe Juan//Juanito Luis Carlos//Carlitos Javier//Javi Francisco//Paco,Fran Rafael//Rafa Álvaro "
           "Andrés Martín Óscar Ignacio//Nacho Joaquín Sebastián//Sebas Raúl Héctor"),
    _names("María//Mari Carmen//Mamen Lucía Sofía Inés Belén Concepción//Concha Dolores//Lola Guadalupe//Lupe "
           "Mónica Verónica//Vero Raquel Pilar Noelia Beatriz//Bea"),
    _names("García//Garcia-Lopez Rodríguez Martínez Hernández González//Gonzales Sánchez Ramírez Muñoz Peña Ibáñez "
           "Núñez Domínguez Cortés Suárez Álvarez Jiménez Vásquez//Vazquez Ortega Salazar"),
    "es us",
)  # fmt: skip
_DE = Culture(
    "de", 8,
    _names("Jürgen//Juergen Jörg//Joerg Stefan//Stephan Matthias//Mathias Günther//Guenther Björn//Bjoern Sören "
           "Wolfgang Sebastian//Basti Maximilian//Max Florian//Flo Tobias//Tobi Johannes//Hannes Lukas"),
    _names("Käthe//Kaethe Jördis Katharina//Kathi,Katja Johanna//Hanna Annegret Lieselotte//Lotte Friederike//Rike "
           "Theresa//Resi Franziska//Franzi Ulrike//Uli Sabine Anneliese Greta Wiebke"),
    _names("Müller//Mueller Schäfer//Schaefer Köhler//Koehler Krüger//Krueger Weiß//Weiss Groß//Gross Jäger//Jaeger "
           "Böhm//Boehm Lüdtke//Luedtke Hoffmann//Hofmann Schröder//Schroeder Vogel Brandt Seidel Winkler Lindqvist"),
    "de",
)  # fmt: skip
_FR = Culture(
    "fr", 6,
    _names("François Jérôme Étienne Théo Rémi Cédric Benoît Grégoire//Greg Hélder Loïc Mathéo Frédéric//Fred "
           "Jean-Baptiste//JB Jean-Luc Maël Aurélien"),
    _names("Hélène Chloé Zoé Amélie Éloïse Noémie Céline Anaïs Aurélie Mégane Solène Clémence Bénédicte//Béné "
           "Marie-Claire Geneviève//Gene Françoise"),
    _names("Lefèvre//Lefebvre Bérard Gauthier//Gautier Châtelain Duprè//Dupré Béranger Moreau Rousseau Fournier "
           "Mercier Garnier Chevallier//Chevalier Delaunay Lacroix Besançon"),
    "fr",
)  # fmt: skip
_PL = Culture(
    "pl", 5,
    _names("Paweł//Pavel Łukasz//Lukasz Michał Krzysztof//Kris Grzegorz//Greg Stanisław//Staszek Wojciech//Wojtek "
           "Jarosław//Jarek Rafał Sławomir//Sławek Tomáš Jiří"),
    _names("Małgorzata//Gosia,Margaret Agnieszka//Aga Katarzyna//Kasia Zofia//Zosia Joanna//Asia Elżbieta//Ela "
           "Bogumiła Danuta Wioletta Żaneta Lenka"),
    _names("Wiśniewski Kowalczyk Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski "
           "Jabłoński Piątek Dvořák Krejčí"),
    "pl",
)  # fmt: skip
_TR = Culture(
    "tr", 3,
    _names("Mehmet Ömer//Omer Çağrı//Cagri Gökhan Oğuz//Oguz Barış Emre Kağan Umut Işık"),
    _names("Ayşe Gülşen Çiğdem Şebnem Özlem Zeynep Elif Müge Büşra İpek"),
    _names("Yılmaz Öztürk Şahin Çelik Aydın Kılıç Doğan Güneş Koç Yıldız Türkoğlu"),
    "tr de",
)  # fmt: skip
_IN = Culture(
    "in", 9,
    _names("Rajesh/राजेश/Raj Venkatesh//Venkat Arjun/अर्जुन Karthik//Karthick,Kartik Siddharth//Sid,Siddhartha "
           "Aditya//Adi Vikram/विक्रम Subramanian//Subbu Harish Prakash Nikhil//Nick Anirudh//Ani Manoj Imran"),
    _names("Lakshmi/लक्ष्मी/Laxmi Priyanka/प्रियंका/Priya Shreya//Shreeya Meenakshi//Meena,Minakshi Ananya "
           "Kavitha//Kavita "
           "Deepika//Deepa Aishwarya//Aish Nandini Pooja//Puja Sushmita Divya Swathi//Swati"),
    _names("Krishnamurthy//Krishnamoorthy Iyer//Aiyar Chatterjee//Chattopadhyay Banerjee//Bandyopadhyay Sharma/शर्मा "
           "Reddy Patel/पटेल Nair Gupta/गुप्ता Mukherjee Venkataraman Deshpande Joshi/जोशी Pillai Bhattacharya "
           "Singh/सिंह"),
    "in us uk",
)  # fmt: skip
_ZH = Culture(
    "zh", 6,
    _names("Wei/伟/Kevin Xiaoming/晓明/Xiao-Ming,Eric Jianguo/建国/Jian-Guo Haoran/浩然/Hao-Ran,Howard "
           "Zhiqiang/志强/Jack "
           "Yichen/奕辰/Ethan Junjie/俊杰/Jun-Jie,Jason Bowen/博文/Bo-Wen"),
    _names("Xiuying/秀英/Xiu-Ying Lihua/丽华/Li-Hua,Lily Meiling/美玲/Mei-Ling Yanan/亚楠/Ya-Nan,Anna "
           "Xinyi/欣怡/Xin-Yi,Cindy "
           "Jingwen/静雯/Jing-Wen,Wendy Ruoxi/若曦/Rosie Yuhan/雨涵/Yu-Han"),
    _names("Wang/王 Li/李/Lee Zhang/张/Cheung Liu/刘/Lau Chen/陈/Chan Yang/杨/Yeung Huang/黄/Wong Zhao/赵/Chao "
           "Wu/吴/Ng "
           "Zhou/周/Chou Xu/徐/Hsu Ouyang/欧阳/Au-Yeung Lin/林/Lam Guo/郭/Kwok"),
    "cn us", family_first=True,
)  # fmt: skip
_KO = Culture(
    "ko", 3,
    _names("Minjun/민준/Min-jun Seojun/서준/Seo-jun,Brian Jihoon/지훈/Ji-hoon Hyunwoo/현우/Hyun-woo "
           "Dongwook/동욱/Dong-wook"),
    _names("Seoyeon/서연/Seo-yeon Jiwoo/지우/Ji-woo Eunji/은지/Eun-ji,Grace Yuna/유나/Yoona Hyejin/혜진/Hye-jin"),
    _names("Kim/김 Lee/이/Yi,Rhee Park/박/Bak,Pak Choi/최/Choe Jung/정/Jeong,Chung Kang/강/Gang Yoon/윤/Yun "
           "Namgung/남궁"),
    "kr us", family_first=True,
)  # fmt: skip
_JA = Culture(
    "ja", 2.5,
    _names("Haruto/陽翔 Kenji/健二/Ken Takahiro/貴大/Taka Shun'ichi/俊一/Shunichi Daisuke/大輔/Dai "
           "Yūsuke/祐介/Yusuke"),
    _names("Sakura/桜 Yōko/洋子/Yoko Haruka/遥 Misaki/美咲 Kaori/香織 Jun'ko/順子/Junko"),
    _names("Satō/佐藤/Sato,Satou Suzuki/鈴木 Takahashi/高橋 Itō/伊藤/Ito,Itoh Ōno/大野/Ono,Ohno Watanabe/渡辺 "
           "Kobayashi/小林"),
    "jp", family_first=True,
)  # fmt: skip
_RU = Culture(
    "ru", 4,
    _names("Dmitry/Дмитрий/Dmitri,Dima,Dmitrii Sergey/Сергей/Sergei,Serge Alexey/Алексей/Aleksei,Alex "
           "Yevgeny/Евгений/Evgeny,Eugene Mikhail/Михаил/Misha,Michael Yuri/Юрий/Iurii Andriy/Андрій/Andrii,Andrew"),
    _names("Yekaterina/Екатерина/Ekaterina,Katya,Catherine Natalia/Наталья/Natasha,Nataliya Yulia/Юлия/Julia,Iuliia "
           "Anastasia/Анастасия/Nastya Tatiana/Татьяна/Tanya,Tatyana Oksana/Оксана Kseniya/Ксения/Xenia,Ksenia"),
    _names("Ivanov/Иванов Kuznetsov/Кузнецов/Kuznecov Shcherbakov/Щербаков/Scherbakov Yakovlev/Яковлев/Iakovlev "
           "Shevchenko/Шевченко/Schevchenko Tkachenko/Ткаченко Zhukov/Жуков/Joukov Chernyshev/Чернышёв/Chernyshov"),
    "de us",
)  # fmt: skip
_GR = Culture(
    "gr", 1.5,
    _names("Georgios/Γεώργιος/George,Giorgos Ioannis/Ιωάννης/Yiannis,John Konstantinos/Κωνσταντίνος/Kostas,Costas "
           "Panagiotis/Παναγιώτης/Panos"),
    _names("Eleni/Ελένη/Helen Aikaterini/Αικατερίνη/Katerina Vasiliki/Βασιλική/Vicky Evangelia/Ευαγγελία/Evaggelia"),
    _names("Papadopoulos/Παπαδόπουλος Oikonomou/Οικονόμου/Economou Hatzis/Χατζής/Chatzis Nikolaou/Νικολάου/Nicolaou"),
    "gr de",
)  # fmt: skip
_AR = Culture(
    "ar", 5,
    _names("Mohammed/محمد/Muhammad,Mohamed,Mohd Ahmed/أحمد/Ahmad Youssef/يوسف/Yusuf,Yousef Khaled/خالد/Khalid "
           "Abdulrahman/عبدالرحمن/Abdel_Rahman,Abdurrahman Hussein/حسين/Hussain,Husayn "
           "Mustafa/مصطفى/Moustafa,Mostafa"),
    _names("Fatima/فاطمة/Fatma,Fatimah Layla/ليلى/Leila,Laila Aisha/عائشة/Aicha,Ayesha Maryam/مريم/Mariam,Meryem "
           "Nour/نور/Noor,Nur Yasmin/ياسمين/Yasmine,Jasmin Zainab/زينب/Zeinab"),
    _names("Al-Najjar/النجار/El_Naggar,Alnajjar Mansour/منصور/Mansoor Khoury/خوري/Khouri Haddad/حداد/Hadad "
           "El-Sayed/السيد/Elsayed,Al-Sayyid Othman/عثمان/Osman,Uthman Qasim/قاسم/Kassem,Kasim Rahman/رحمن/Rehman"),
    "ae uk us",
)  # fmt: skip
_VN = Culture(
    "vn", 3,
    _names("Đức//Duc Tuấn//Tuan,Tony Hùng//Hung Quân//Quan,Quinn Sơn//Son Khánh//Khanh"),
    _names("Hương//Huong,Holly Ngọc//Ngoc Thảo//Thao,Theresa Quỳnh//Quynh Trang Phương//Phuong"),
    _names("Nguyễn//Nguyen Trần//Tran Phạm//Pham Hoàng//Huynh Võ//Vo Đặng//Dang Bùi//Bui"),
    "vn us", family_first=True,
)  # fmt: skip
_NG = Culture(
    "ng", 3,
    _names("Oluwaseun//Seun Chukwuemeka//Emeka Babatunde//Tunde Olúfẹ́mi//Femi Ikechukwu//Ike Ayodele//Ayo Kwame"),
    _names("Oluwatoyin//Toyin Chidinma//Chidi Adaeze//Ada Ngozi Folasade//Sade Ifeoma//Ify Akosua"),
    _names("Okonkwo Adebayo Ọlátúnjí//Olatunji Nwachukwu Eze Balogun Mensah Okafor Adeyemi//Adeyẹmí"),
    "uk us",
)  # fmt: skip
_SE = Culture(
    "se", 3,
    _names("Björn//Bjorn Åke//Ake Mårten//Marten Håkan Søren//Soeren Jøran Östen Lars-Erik//Lars"),
    _names("Åsa//Asa Linnéa Märta//Marta Maj-Britt Ragnhild Sølvi Ylva"),
    _names("Sjöberg//Sjoeberg Åkesson Lindström Bergström Söderlund Østergaard//Oestergaard Ångström Öberg"),
    "se",
)  # fmt: skip

CULTURES = (_EN, _ES, _DE, _FR, _PL, _TR, _IN, _ZH, _KO, _JA, _RU, _GR, _AR, _VN, _NG, _SE)
