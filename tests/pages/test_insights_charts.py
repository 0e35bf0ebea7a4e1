"""What the charts of Insights are drawn with: no name is left out, no price lies below nothing."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlite_utils import Database

from core.colours import colours_of
from core.insights import AdFilters, choose, claim_shares
from core.insights.prices import price_ladder, prices
from core.settings import Settings
from pages.components.insights_charts import claim_map, price_points
from pages.components.insights_charts import price_ladder as ladder_chart
from tests.seeding import AD_BRANDS, seed_records


def test_heat_map_names_every_column(db: Database, settings: Settings) -> None:
    seed_records(db, settings, 0, 24)
    drawn = claim_map(claim_shares(choose(db, AdFilters()))).to_dict()
    axis = drawn["layer"][0]["encoding"]["x"]["axis"]
    assert axis["labelOverlap"] is False and axis["labelAngle"]


@pytest.mark.parametrize("cheapest", [0.0, 3.9, 99.0])
def test_price_axis_begins_at_nothing_or_above_and_holds_every_price(
    db: Database, settings: Settings, cheapest: float
) -> None:
    seed_records(db, settings, 0, 24)
    db.conn.execute("UPDATE statements SET amount = ? WHERE about = 'price' AND amount = 99", (cheapest,))
    everything = choose(db, AdFilters())
    points = price_points(prices(everything, "CNY"), "CNY", AD_BRANDS).to_dict()
    steps = price_ladder(everything, "CNY")
    ladder = ladder_chart(steps, "CNY", colours_of(AD_BRANDS)).to_dict()
    highest = everything.rows("SELECT MAX(amount) AS n FROM statements WHERE about = 'price'")[0]["n"]
    for shown, most in ((points["encoding"]["x"], highest), (ladder["layer"][0]["encoding"]["x"], steps["high"].max())):
        low, high = shown["scale"]["domain"]
        assert 0 <= low <= cheapest and high > most


def test_ladder_of_one_price_has_room_beside_it() -> None:
    one = pd.DataFrame(
        [("food", "Lumina", 1, 9.9, 9.9, 9.9)], columns=["goods", "competitor", "posters", "low", "middle", "high"]
    )
    low, high = ladder_chart(one, "CNY", colours_of(["Lumina"])).to_dict()["layer"][0]["encoding"]["x"]["scale"][
        "domain"
    ]
    assert low < 9.9 < high
