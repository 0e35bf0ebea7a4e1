"""What the sample labels say. Every brand, firm, person, place and number here is invented.

GTINs begin with 2 (inside-a-company numbers, never on real goods); firms sit in towns that do not
exist, or carry 示例 (example) in their name; US telephone numbers use 555-01xx. Percentages of the nutrition tables are
computed, so they are right by construction; the energy values follow from the nutrients
(tests/unit/test_samples.py checks them).
"""

from __future__ import annotations

from scripts.samples.codes import food_licence, gtin13
from scripts.samples.declarations import eu_table, gb_table, us_table
from scripts.samples.facts import Label

MILK_FRONT = Label(
    language=("zh",),
    brand="鹿鸣溪",
    product_name="高原纯牛奶",
    product_type="全脂灭菌乳",
    net_content="250mL",
    claims=("生牛乳100%", "每100mL含3.4g优质乳蛋白", "0添加"),
)

MILK_BACK = Label(
    language=("zh",),
    brand="鹿鸣溪",
    product_name="高原纯牛奶",
    product_type="全脂灭菌乳",
    net_content="250mL",
    barcode=gtin13("200610100018"),
    production_date="20260905",
    production_iso="2026-09-05",
    expiry_date="20270304",
    expiry_iso="2027-03-04",
    shelf_life="6个月",
    ingredients="生牛乳",
    storage="常温密闭保存，避免阳光直射；开启后请冷藏于2-6℃，并于两日内饮用完毕",
    manufacturer="鹿鸣溪乳业（示例）有限公司",
    address="云栖省鹿鸣市草甸路18号",
    origin="云栖省鹿鸣市",
    standard="GB 25190",
    licence_no=food_licence("1059001010027"),
    nutrition=gb_table(
        "100mL",
        "每100mL",
        [
            ("能量", "284", "kJ"),
            ("蛋白质", "3.4", "g"),
            ("脂肪", "3.8", "g"),
            ("碳水化合物", "5.0", "g"),
            ("钠", "55", "mg"),
            ("钙", "110", "mg"),
        ],
    ),
    small_print=("致敏物质提示：本品含有乳", "服务热线：400-000-0118"),
)

BISCUIT = Label(
    language=("zh", "en"),
    brand="麦朵叮",
    product_name="燕麦坚果曲奇",
    product_type="曲奇饼干",
    net_content="160克（16克×10）",
    barcode=gtin13("200610200039"),
    production_date="2026年07月22日",
    production_iso="2026-07-22",
    shelf_life="9个月",
    ingredients=(
        "小麦粉、燕麦片（18%）、黄油、白砂糖、巴旦木仁碎（8%）、核桃仁碎、鸡蛋、全脂乳粉、麦芽糖浆、"
        "食用盐、膨松剂（碳酸氢钠、碳酸氢铵）、食用香精"
    ),
    storage="请置于阴凉干燥处，避免阳光直射",
    manufacturer="麦朵叮食品（示例）有限公司",
    address="江屿省麦城市谷仓街66号3幢",
    origin="江屿省麦城市",
    standard="GB/T 20980",
    licence_no=food_licence("1089002030046"),
    nutrition=gb_table(
        "100g",
        "每100g",
        [
            ("能量", "2009", "kJ"),
            ("蛋白质", "7.2", "g"),
            ("脂肪", "22.5", "g"),
            ("碳水化合物", "62.0", "g"),
            ("糖", "18.6", "g"),
            ("钠", "310", "mg"),
        ],
    ),
    claims=("低糖配方", "真材实料", "酥脆不腻"),
    small_print=("Oat & Nut Cookies", "本品含有麸质、蛋类、乳制品、坚果"),
    notes="claims low sugar (低糖) against 18.6 g of sugars per 100 g, on purpose: a rule should ask for a look",
)

CHILLI = Label(
    language=("zh",),
    brand="椒七娘",
    product_name="香辣牛肉酱",
    product_type="半固态复合调味料",
    net_content="210g",
    barcode=gtin13("200610300050"),
    production_date="2026/08/18",
    production_iso="2026-08-18",
    expiry_date="2027/08/17",
    expiry_iso="2027-08-17",
    shelf_life="12个月",
    ingredients=(
        "菜籽油、辣椒（22%）、牛肉（15%）、黄豆酱、花生仁、白芝麻、白砂糖、食用盐、生姜、大蒜、花椒、谷氨酸钠、山梨酸钾"
    ),
    storage="常温避光保存，开盖后请冷藏并尽快食用",
    manufacturer="椒七娘调味品（示例）有限公司",
    address="巴岭省红椒县石板镇工业园2号",
    origin="巴岭省红椒县",
    standard="GB 31644",
    licence_no=food_licence("1039003050062"),
    nutrition=gb_table(
        "100g",
        "每100克",
        [
            ("能量", "1738", "千焦"),
            ("蛋白质", "9.8", "克"),
            ("脂肪", "38.6", "克"),
            ("碳水化合物", "8.4", "克"),
            ("钠", "2150", "毫克"),
        ],
    ),
    claims=("大颗牛肉粒", "慢火熬制6小时"),
    small_print=("食用方法：拌面、拌饭、夹馍、炒菜均可", "客服电话：400-000-0733"),
)

TEA = Label(
    language=("zh", "en"),
    brand="雾青山房",
    product_name="茉莉绿茶",
    product_type="无糖茶饮料",
    net_content="500mL",
    barcode=gtin13("200610400071"),
    production_date="见瓶盖",
    shelf_life="12个月",
    ingredients="水、茉莉花茶茶叶、绿茶茶叶、维生素C、碳酸氢钠",
    storage="阴凉干燥处存放，避免冷冻，开启后请尽快饮用",
    manufacturer="雾青饮品（示例）股份有限公司",
    address="闽川省茶溪市云雾大道9号",
    origin="闽川省茶溪市",
    standard="GB/T 21733",
    licence_no=food_licence("1069004070088"),
    nutrition=gb_table(
        "100mL",
        "每100mL",
        [
            ("能量", "0", "kJ"),
            ("蛋白质", "0", "g"),
            ("脂肪", "0", "g"),
            ("碳水化合物", "0", "g"),
            ("糖", "0", "g"),
            ("钠", "8", "mg"),
        ],
    ),
    claims=("0糖 0脂 0能量", "原叶萃取"),
    small_print=("Jasmine Green Tea", "SUGAR FREE"),
)

GRANOLA = Label(
    language=("en",),
    brand="Quillberry",
    product_name="Maple Pecan Granola",
    net_content="12 oz (340g)",
    barcode=gtin13("200620100016"),
    expiry_date="03/15/2027",
    expiry_iso="2027-03-15",
    ingredients=(
        "Whole grain oats, maple syrup, pecans, sunflower oil, brown rice syrup, pumpkin seeds, chicory root fiber, "
        "sea salt, natural flavor, vitamin E (tocopherols)."
    ),
    storage="Store in a cool, dry place. Reseal after opening.",
    manufacturer="Quillberry Kitchen Co.",
    address="400 Fernhollow Road, Larkmont, OR 97000",
    origin="Made in USA",
    serving_size="2/3 cup (55g)",
    servings="about 6",
    nutrition=us_table(
        "serving 55g",
        [
            ("Calories", "250", "", 0),
            ("Total Fat", "9", "g", 0),
            ("Saturated Fat", "1.5", "g", 1),
            ("Trans Fat", "0", "g", 1),
            ("Cholesterol", "0", "mg", 0),
            ("Sodium", "95", "mg", 0),
            ("Total Carbohydrate", "36", "g", 0),
            ("Dietary Fiber", "5", "g", 1),
            ("Total Sugars", "10", "g", 1),
            ("Added Sugars", "8", "g", 2),
            ("Protein", "6", "g", 0),
            ("Calcium", "30", "mg", 0),
            ("Iron", "2", "mg", 0),
            ("Potassium", "210", "mg", 0),
        ],
    ),
    claims=("Whole grain", "Good source of fiber", "No artificial colors"),
    small_print=("CONTAINS: PECANS.", "Questions? 1-800-555-0142"),
)

PEANUT_BUTTER = Label(
    language=("en",),
    brand="Nutmallow",
    product_name="Crunchy Peanut Butter",
    net_content="16 oz (454g)",
    barcode=gtin13("200620200037"),
    expiry_date="JUN 30 2027",
    expiry_iso="2027-06-30",
    ingredients="Roasted peanuts, cane sugar, palm oil, sea salt.",
    storage="No refrigeration needed. Stir before use.",
    manufacturer="Nutmallow Foods LLC",
    address="12 Mill Bend, Harrow Falls, GA 30000",
    origin="Product of USA",
    serving_size="2 Tbsp (32g)",
    servings="14",
    nutrition=us_table(
        "serving 32g",
        [
            ("Calories", "190", "", 0),
            ("Total Fat", "16", "g", 0),
            ("Saturated Fat", "2.5", "g", 1),
            ("Trans Fat", "0", "g", 1),
            ("Cholesterol", "0", "mg", 0),
            ("Sodium", "110", "mg", 0),
            ("Total Carbohydrate", "7", "g", 0),
            ("Dietary Fiber", "2", "g", 1),
            ("Total Sugars", "2", "g", 1),
            ("Added Sugars", "1", "g", 2),
            ("Protein", "7", "g", 0),
            ("Potassium", "190", "mg", 0),
        ],
    ),
    claims=("7g protein per serving", "Gluten free"),
    small_print=("CONTAINS: PEANUTS.", "Questions? 1-800-555-0163"),
)

CHOCOLATE = Label(
    language=("en", "de"),
    brand="Brimwald",
    product_name="Dark Milk Hazelnut",
    product_type="Milk chocolate with hazelnuts / Milchschokolade mit Haselnüssen",
    net_content="100 g",
    barcode=gtin13("200630100014"),
    expiry_date="30.04.2027",
    expiry_iso="2027-04-30",
    ingredients=(
        "sugar, cocoa butter, cocoa mass, hazelnuts (15%), whole milk powder, skimmed milk powder, emulsifier: "
        "lecithins (soya), vanilla extract. Cocoa solids: 45% minimum."
    ),
    storage="Store in a cool, dry place. / Kühl und trocken lagern.",
    manufacturer="Brimwald Schokoladen GmbH",
    address="Lindenhof 7, 99999 Brimwald",
    origin="Made in Germany",
    nutrition=eu_table(
        ("100g", "portion 25g"),
        ("per 100 g", "per 25 g"),
        "Nutrition / Nährwerte",
        [
            ("Energy", "2324/558", "581/140"),
            ("Fat", "36.0", "9.0"),
            ("of which saturates", "21.5", "5.4"),
            ("Carbohydrate", "48.0", "12.0"),
            ("of which sugars", "42.0", "10.5"),
            ("Fibre", "7.5", "1.9"),
            ("Protein", "6.8", "1.7"),
            ("Salt", "0.12", "0.03"),
        ],
        german=True,
    ),
    claims=("45% Cocoa", "Fairly traded beans"),
    small_print=(
        "Zutaten: Zucker, Kakaobutter, Kakaomasse, Haselnüsse (15 %), Vollmilchpulver, Magermilchpulver, "
        "Emulgator: Lecithine (Soja), Vanilleextrakt.",
    ),
)

SOUP = Label(
    language=("en",),
    brand="Peasdale",
    product_name="Tomato & Basil Soup",
    net_content="400g",
    barcode=gtin13("200630200035"),
    expiry_date="OCT 2028",
    expiry_iso="2028-10",
    ingredients=(
        "Tomatoes (76%), water, onion, rapeseed oil, sugar, modified maize starch, basil (1%), sea salt, garlic purée, "
        "acidity regulator (citric acid), black pepper."
    ),
    storage="Store in a cool, dry place. Once opened, keep refrigerated and eat within 2 days.",
    manufacturer="Peasdale Kitchens Ltd",
    address="Unit 4, Wharf Lane, Peasdale PZ1 0AA",
    origin="Made in the UK",
    nutrition=eu_table(
        ("100g", "portion 200g"),
        ("Per 100g", "Per ½ can"),
        "Typical values",
        [
            ("Energy", "234/56", "468/112"),
            ("Fat", "2.4", "4.8"),
            ("of which saturates", "0.3", "0.6"),
            ("Carbohydrate", "6.8", "13.6"),
            ("of which sugars", "5.0", "10.0"),
            ("Fibre", "1.1", "2.2"),
            ("Protein", "1.2", "2.4"),
            ("Salt", "0.58", "1.16"),
        ],
        german=False,
    ),
    claims=("2 of your 5 a day", "Suitable for vegans"),
    small_print=("Heat gently for 4 minutes, stirring. Do not boil.",),
)

FACE_CREAM = Label(
    language=("zh", "en"),
    brand="沐初白",
    product_name="神经酰胺舒缓保湿霜",
    net_content="50g",
    barcode=gtin13("200640100012"),
    expiry_date="2029/03/11",
    expiry_iso="2029-03-11",
    ingredients=(
        "水、甘油、丁二醇、角鲨烷、辛酸/癸酸甘油三酯、鲸蜡硬脂醇、泛醇、神经酰胺NP、透明质酸钠、积雪草提取物、"
        "尿囊素、卡波姆、氢氧化钠、苯氧乙醇、乙基己基甘油"
    ),
    storage="请置于阴凉处，避免阳光直射",
    manufacturer="初白生物科技（示例）有限公司",
    address="浙屿省白鹭市听潮路101号",
    origin="浙屿省白鹭市",
    standard="QB/T 1857",
    licence_no="浙屿妆20260088",
    claims=("舒缓泛红", "48小时保湿", "无香精"),
    small_print=(
        "Ceramide Calming Cream",
        "备案编号：浙屿G妆网备字2026001234",
        "使用方法：早晚洁面后取适量，轻轻按摩至吸收",
        "警示语：仅供外用，避免接触眼睛；如有不适请停止使用",
    ),
)

TSHIRT = Label(
    language=("en", "zh"),
    brand="NORDVEY",
    product_name="Crew Neck T-Shirt",
    barcode=gtin13("200650100011"),
    manufacturer="Nordvey Apparel Ltd.",
    origin="Made in China",
    standard="FZ/T 73020-2019",
    care=(
        "95% Cotton 5% Elastane",
        "95%棉 5%氨纶",
        "Machine wash cold, max 30°C",
        "Do not bleach",
        "Hang to dry",
        "Iron at low heat, max 110°C",
        "Do not dry clean",
    ),
    small_print=("圆领短袖T恤", "SIZE M", "175/92A", "安全类别：GB 18401-2010 B类", "深浅色衣物请分开洗涤"),
)
