"""English calls to action by families of wordings, and wordings that begin alike and ask for nothing."""

from __future__ import annotations

import pytest

from core.engines.embedded.ads_calls import CALL_SHARE, asks, call_share, find_button, only_hurries
from core.engines.embedded.ads_layout import Phrase

CALLS = """
Build my plan
Call 064 555 0187 to book
Tap the bag to buy
Shop Winter Sale
Add to order
Add to Cart
Clip coupons in the app
Shop now
Buy now
Order now
Book your table
Reserve your spot
Get my quote
Start my free trial
Find my shade
Claim my discount
Claim your free box
Get your ticket
Get tickets
Buy tickets
Get the app
Download the app
Download our free app
Choose your plan
Choose your seats
Pick your box
Build your box
Build your own
Design yours
Customise yours
Customize your ride
See the menu
View menu
See all deals
See what's on
View all offers
Shop the sale
Shop all deals
Shop men's
Shop women's boots
Shop new arrivals
Shop the edit
Shop gifts under £25
Shop back to school
Text PIZZA to 55512
Call 0800 123 4567
Call us on 0800 123 4567
Ring to book: 01225 555 014
Tap to order
Tap to redeem
Tap to activate
Click to reveal code
Swipe up to shop
Scan for menu
Scan to order
Scan the code to join
Scan QR to download
Visit us in store
Visit your local branch
Visit our showroom
Pop in and try one
Pop into your nearest store
Drop in today
Come and see us
Come in for a taste
Stop by today
Ask in store
Ask our pharmacist
Ask at the counter
Speak to our team
Speak to an expert
Talk to an advisor
Chat with us
Enquire now
Enquire within
Enrol now
Enroll today
Register your interest
Register online
Apply online
Apply in minutes
Request a sample
Request a callback
Request your free catalogue
Book a viewing
Book a free demo
Book a test drive
Book a fitting
Book your MOT
Book your free eye test
Schedule service
Schedule your visit
Check availability
Check your eligibility
See if you qualify
Find your nearest store
Find a stockist
Find your size
Find your fit
Take the quiz
Take the skin quiz
Get a quote
Get a free estimate
Get started
Join the club
Join the waitlist
Join the live
Join now for free
Notify me
Remind me
Set reminder
Save my spot
Save your seat
Secure your place
Subscribe now
Start saving today
Start your order
Switch today
Switch to us
Upgrade now
Upgrade today
Renew today
Order online for delivery
Order in the app
Order ahead in the app
Order by phone
Pre-order yours
Preorder today
Grab yours
Grab yours now
Grab a pair
Grab a bag today
Pick up a pack today
Stock up now
Treat yourself
Try it today
Try one today
Taste it today
Donate now
Learn more
Find out more in store
Discover the collection
Explore the range
Watch the film
Read the story
Send a hamper
Gift it
Gift a subscription
Plan your visit
Plan my trip
Trade in yours
Sell your car
Value my car
Get my valuation
Enter now
Vote now
Play now
Follow us @kicks
Sign up free
Sign up in store
Log in to unlock
Add both to basket
Add to trolley
Add all to cart
Add to bag
Reserve in store
Reserve a bay
Hire yours today
Rent now
View in store
Load offer
Activate offer
Clip it
Redeem at the till
Go to live
Bid now
Contact sales
Get in touch
Request pricing
Get a price
Open an account
Open your account online
Become a member
Become a stockist
"""
STATEMENTS = """
Build muscle
Build on success
Booked solid
Shopping made easy
Shop floor
Order of the day
Visits to the vet
Call of the wild
Called to the bar
Text size
Clip-on design
Tap water filter
Tapered fit
Click & collect
Clicks together
Scanner included
Pop of colour
Pop corn
Drop shoulder fit
Drop-proof
Come rain or shine
Stop leaks
Stops sweat
Speaks for itself
Talk time 40 hours
Find it cheaper? We'll match it
Finds every crumb
Get 10% off
Get a free drink
Start-stop technology
Starts in 3 seconds
Try us for 30 days
Take 20% off
Takes 2 minutes
Save 20%
Saves time
Join over a million happy customers
Joined-up thinking
Set of 3
Sets in minutes
Gift box included
Gifted packaging
Plan for 4
Planned obsolescence free
Switchable modes
Upgraded motor
Upgrade your sleep
Renewable energy
Treats dry skin
Trade price
Sold in packs of 6
Valued at $60
Use twice daily
Use by the sea
Enter a world of comfort
Voted best in class
Plays all day
Follow the instructions
Signs of ageing
Logs every run
Add water
Add milk and stir
Reserved for members
Hired hands
Rental guarantee
View from the top
Loads in seconds
Go anywhere
Open 7 days
Opens flat
Becomes a bed
Watch battery
Watch it grow
Read by millions
Explore Range Rover
Designed in Italy
Designed for comfort
Choose from 12 colours
Choice of sides
Picked by hand
Pick of the bunch
Check fabric
Checked shirt
See-through lid
Seen on TV
Request stop
Book of the month
Books from £3
Registered charity
Apply twice a day
Apply to damp hair
Request line
"""


def _calls(text: str) -> bool:
    return asks(text) or (call_share(text) >= CALL_SHARE and not only_hurries(text))


@pytest.mark.parametrize("text", CALLS.strip().splitlines())
def test_a_verb_of_asking_and_what_it_is_about_is_a_call(text: str) -> None:
    assert _calls(text)


@pytest.mark.parametrize("text", STATEMENTS.strip().splitlines())
def test_other_wordings_with_such_verbs_are_none(text: str) -> None:
    assert not _calls(text)


def test_a_number_to_call_is_the_call_only_where_no_button_is() -> None:
    phone, button = (
        Phrase(text, (0, 0, 100, 20), 20, 1.0, (at,))
        for at, text in enumerate(("Call 064 555 0187 to book", "Build my plan"))
    )
    assert find_button([phone, button]) is button
    assert find_button([phone]) is phone
