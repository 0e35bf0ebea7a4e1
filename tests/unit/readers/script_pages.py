"""Draws the pages of tests/unit/readers/scripts: labels in scripts the OCR network does not know or reads in part.

    python -m tests.unit.readers.script_pages     needs fonts-noto-core, fonts-noto-cjk and fonts-dejavu-core

They are kept as images so that the tests need no fonts.
"""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFont

from core.settings import ROOT

FOLDER = ROOT / "tests" / "unit" / "readers" / "scripts"
SIZE = (900, 760)
STEP = 90

PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "korean": (
        "NotoSansCJK-Regular.ttc",
        (
            "오렌지 주스 천연",
            "원재료명: 물, 설탕, 소금",
            "영양정보 100g 당",
            "열량 450 kcal",
            "단백질 6.5 g",
            "지방 12 g",
            "유통기한 2027.05.12",
            "제조원 대한식품 주식회사",
        ),
    ),
    "thai": (
        "NotoSansThai-Regular.ttf",
        (
            "น้ำผลไม้รวม",
            "ส่วนประกอบ: น้ำตาล เกลือ แป้ง",
            "คุณค่าทางโภชนาการต่อ 100 กรัม",
            "พลังงาน 450 กิโลแคลอรี",
            "โปรตีน 6.5 กรัม",
            "ไขมัน 12 กรัม",
            "วันหมดอายุ 12/05/2027",
            "ผลิตโดย บริษัท อาหารไทย จำกัด",
        ),
    ),
    "arabic": (
        "NotoNaskhArabic-Regular.ttf",
        (
            "عصير البرتقال الطبيعي",
            "المكونات: ماء، سكر، ملح",
            "القيمة الغذائية لكل 100 غرام",
            "الطاقة 450 سعرة",
            "بروتين 6.5 غرام",
            "دهون 12 غرام",
            "تاريخ الانتهاء 2027/05/12",
            "صنع في مصر",
        ),
    ),
    "hebrew": (
        "NotoSansHebrew-Regular.ttf",
        (
            "מיץ תפוזים טבעי",
            "רכיבים: מים, סוכר, מלח",
            "ערך תזונתי ל 100 גרם",
            "אנרגיה 450 קלוריות",
            "חלבון 6.5 גרם",
            "שומן 12 גרם",
            "לשימוש עד 12.05.2027",
            "תוצרת ישראל",
        ),
    ),
    "russian": (
        "DejaVuSans.ttf",
        (
            "Сок апельсиновый",
            "Состав: вода, сахар, соль",
            "Пищевая ценность на 100 г",
            "Энергия 450 ккал",
            "Белки 6.5 г",
            "Жиры 12 г",
            "Годен до 12.05.2027",
            "Сделано в России",
        ),
    ),
    "hindi": (
        "NotoSansDevanagari-Regular.ttf",
        (
            "संतरे का रस",
            "सामग्री: पानी, चीनी, नमक",
            "पोषण जानकारी प्रति 100 ग्राम",
            "ऊर्जा 450 किलो कैलोरी",
            "प्रोटीन 6.5 ग्राम",
            "वसा 12 ग्राम",
            "समाप्ति तिथि 12/05/2027",
            "भारत में निर्मित",
        ),
    ),
    "greek": (
        "DejaVuSans.ttf",
        (
            "Φυσικός χυμός",
            "Συστατικά: νερό, ζάχαρη, αλάτι",
            "Διατροφική αξία ανά 100 γρ",
            "Ενέργεια 450 kcal",
            "Πρωτεΐνες 6.5 g",
            "Λιπαρά 12 g",
            "Ανάλωση πριν 12.05.2027",
            "Προϊόν Ελλάδας",
        ),
    ),
    "vietnamese": (
        "DejaVuSans.ttf",
        (
            "Nước cam ép tự nhiên",
            "Thành phần: nước, đường, muối",
            "Giá trị dinh dưỡng trong 100 g",
            "Năng lượng 450 kcal",
            "Chất đạm 6.5 g",
            "Chất béo 12 g",
            "Hạn sử dụng 12/05/2027",
            "Sản xuất tại Việt Nam",
        ),
    ),
}
"""Script -> font file and lines of a label."""


def draw(name: str) -> Image.Image:
    """A label in this script: a large name, then lines of two sizes."""
    from scripts.samples.fonts import font_file

    file, lines = PAGES[name]
    path = str(font_file(file))
    page = Image.new("L", SIZE, 255)
    for number, text in enumerate(lines):
        size = 56 if number == 0 else 38 if number % 2 else 28
        ImageDraw.Draw(page).text((45, 30 + STEP * number), text, fill=25, font=ImageFont.truetype(path, size))
    return page.quantize(8)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        draw(name).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
