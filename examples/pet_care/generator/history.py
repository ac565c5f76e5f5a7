"""What happened to each pet: vaccines, operations, check-ups, grooming, hotel; what is booked."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from generator.days import age_in_months, at, visit_time
from generator.house import House
from generator.model import Customer, Event, Pet
from generator.pets import HOME_AGE, SENIOR_MONTHS, next_vaccination

SPACING = 4  # days between two visits of one pet
YEAR = timedelta(days=365)
GROOMING_AGE = timedelta(weeks=18)


class Diary:
    """Writes one customer's visits and bookings; the visits of one pet lie some days apart."""

    def __init__(self, rng: Random, house: House, customer: Customer, today: date) -> None:
        self.rng = rng
        self.house = house
        self.customer = customer
        self.today = today

    def book(self, pet: Pet, course: str, day: date, *, nights: int = 1, step: int = 1) -> bool:
        """Enter the course on that day or the next open one; False where it does not fit."""
        service = self.house.courses[course]["service"]
        customer = self.customer
        shop = self.house.shop_for(customer.home_shop, service)
        day = shop.open_day(day, step)
        last = self.today + timedelta(days=60) if customer.status == "member" else customer.end
        ends = day + timedelta(days=nights if service == "hotel" else 0)
        fits = customer.start <= day <= last and day != self.today and pet.alive_on(ends)
        staying = day < self.today <= ends and service == "hotel"
        clash = any(
            event.pet is pet and abs((event.day - day).days) < SPACING for event in customer.events
        )
        if not fits or clash or staying:
            return False
        plan = customer.plan if customer.member_since and day >= customer.member_since else "none"
        customer.events.append(
            Event(
                kind="appointment" if day > self.today else "visit",
                at=at(day, visit_time(self.rng)),
                pet=pet,
                service=service,
                course=course,
                shop=shop.id,
                item=self.house.item(course, pet, day, customer.language),
                price=self.house.price(course, pet, day, plan=plan, nights=nights),
                nights=nights,
            )
        )
        return True

    def some_day(self, low: int, high: int) -> date:
        """A day so many days before the end of the history."""
        return self.customer.end - timedelta(days=self.rng.randint(low, high))

    def vaccinated_for(self, pet: Pet, day: date) -> bool:
        """Whether a vaccine was given within the year before; visits before the history count."""
        given = sorted(
            event.day
            for event in self.customer.events
            if event.pet is pet and event.service == "vaccination"
        )
        if any(day - YEAR <= shot <= day for shot in given):
            return True
        known_long = (self.customer.member_since or self.today) < self.customer.start
        grown = bool(given) and pet.born_on < self.customer.start - timedelta(weeks=16)
        return known_long and grown and day < given[0] <= day + YEAR


def write_history(rng: Random, house: House, customer: Customer, today: date) -> None:
    """Fill in the visits and appointments of a member or a former one."""
    diary = Diary(rng, house, customer, today)
    for pet in customer.pets:
        vaccinate(diary, pet)
        operate(diary, pet)
        examine(diary, pet)
        if rng.random() < (0.65 if house.breeds[pet.breed]["coat"] == "cut" else 0.25):
            groom(diary, pet)
        if rng.random() < 0.22:
            stay(diary, pet)
    if customer.status == "member":
        for pet in customer.pets:
            look_ahead(diary, pet)


def vaccinate(diary: Diary, pet: Pet) -> None:
    """Three doses for the young, one a year for the others; a few owners let it slip."""
    rng, customer = diary.rng, diary.customer
    course = vaccine_for(rng, pet)
    for weeks in (8, 12, 16):
        day = pet.born_on + timedelta(weeks=weeks)
        if day < diary.today:
            diary.book(pet, course, day)
    mature = pet.born_on + timedelta(weeks=16)
    if mature + YEAR > customer.end:
        return
    if mature >= customer.start:
        diary.book(pet, course, mature + YEAR + timedelta(days=rng.randint(-10, 20)))
        return
    if rng.random() < 0.06:
        return
    span = max(1, min(375, (customer.end - customer.start).days - 1))
    latest = diary.some_day(1, span)
    if pet.died_on:
        latest = min(latest, pet.died_on - timedelta(days=rng.randint(60, 200)))
    diary.book(pet, course, latest - YEAR + timedelta(days=rng.randint(0, 9)))
    diary.book(pet, course, latest, step=-1)


def vaccine_for(rng: Random, pet: Pet) -> str:
    """The mixture that this pet gets every time."""
    small, large = ("dog_vaccine_5", "dog_vaccine_8")
    if pet.species == "cat":
        small, large = ("cat_vaccine_3", "cat_vaccine_5")
    return rng.choices((small, large), (70, 30))[0]


def operate(diary: Diary, pet: Pet) -> None:
    """Neuter some of the young after six months; clean some older teeth; then the follow-up."""
    rng = diary.rng
    day = pet.born_on + timedelta(days=rng.randint(190, 290))
    course = "spay" if pet.sex == "female" else "castration"
    if day < diary.customer.end and rng.random() < 0.75 and diary.book(pet, course, day):
        pet.neutered = True
        check_stitches(diary, pet)
        return
    if age_in_months(pet.born_on, diary.today) > 50 and rng.random() < 0.08:
        diary.book(pet, "dental", diary.some_day(15, 400))


def check_stitches(diary: Diary, pet: Pet) -> None:
    """Book the follow-up ten to fourteen days after the operation just entered."""
    operated_on = diary.customer.events[-1].day
    shop = diary.house.shops[diary.customer.events[-1].shop or ""]
    days = [operated_on + timedelta(days=count) for count in range(10, 15)]
    diary.book(pet, "stitches", diary.rng.choice([day for day in days if shop.opens_on(day)]))


def examine(diary: Diary, pet: Pet) -> None:
    """Check-ups by age, consultations now and then, regular ones for a condition."""
    rng = diary.rng
    months = age_in_months(pet.born_on, diary.today)
    if months >= SENIOR_MONTHS + 18 and rng.random() < 0.7:
        first = diary.some_day(5, 190)
        for back in (0, 182, 364):
            diary.book(pet, "senior", first - timedelta(days=back))
    elif months >= 12 and rng.random() < 0.45:
        day = diary.some_day(5, 360)
        is_senior = age_in_months(pet.born_on, day) >= SENIOR_MONTHS
        if day > pet.born_on + timedelta(days=300):
            diary.book(pet, "senior" if is_senior else "basic", day)
    for _ in range(rng.choices([0, 1, 2], [50, 35, 15])[0]):
        day = diary.some_day(3, 500)
        if day > pet.born_on + HOME_AGE:
            consult(diary, pet, day)
    if pet.condition:
        day = diary.some_day(4, 80)
        while day >= diary.customer.start:
            diary.book(pet, "recheck", day)
            day -= timedelta(days=rng.randint(55, 95))


def consult(diary: Diary, pet: Pet, day: date) -> None:
    """A visit for an illness; the pet's very first one at our clinic costs the first-visit fee."""
    known = (diary.customer.member_since or day) < diary.customer.start
    seen = any(event.pet is pet and event.day < day for event in diary.customer.events)
    diary.book(pet, "consult" if known or seen else "consult_first", day)


def groom(diary: Diary, pet: Pet) -> None:
    """Grooming every month or two for coats that grow, a shampoo now and then for the others."""
    rng = diary.rng
    cut = diary.house.breeds[pet.breed]["coat"] == "cut"
    gap = (32, 60) if cut else (80, 150)
    day = diary.some_day(2, gap[0])
    while day >= diary.customer.start:
        if day >= pet.born_on + GROOMING_AGE and diary.vaccinated_for(pet, day):
            diary.book(pet, "cut" if cut else "shampoo", day, step=-1)
        day -= timedelta(days=rng.randint(*gap))


def stay(diary: Diary, pet: Pet) -> None:
    """One or two nights away, or a few."""
    for _ in range(diary.rng.randint(1, 2)):
        day = diary.some_day(6, 500)
        nights = diary.rng.choices([1, 2, 3, 5], [35, 35, 20, 10])[0]
        if day >= pet.born_on + GROOMING_AGE and diary.vaccinated_for(pet, day):
            diary.book(pet, "hotel", day, nights=nights, step=-1)


def look_ahead(diary: Diary, pet: Pet) -> None:
    """Book what is due within some weeks; about half the living pets have an appointment."""
    rng, today = diary.rng, diary.today
    if pet.died_on or any(e.pet is pet and e.kind == "appointment" for e in diary.customer.events):
        return
    given = [
        event.day
        for event in diary.customer.events
        if event.pet is pet and event.service == "vaccination"
    ]
    due = next_vaccination(pet, max(given)) if given else today
    if due <= today + timedelta(days=35) and rng.random() < 0.55:
        soon = max(due, today + timedelta(days=rng.randint(2, 12)))
        diary.book(pet, vaccine_course(diary, pet), soon)
        return
    day = today + timedelta(days=rng.randint(2, 40))
    if rng.random() > 0.42:
        return
    choices = ["senior" if age_in_months(pet.born_on, day) >= SENIOR_MONTHS else "basic"]
    if day >= pet.born_on + GROOMING_AGE and diary.vaccinated_for(pet, day):
        coat = diary.house.breeds[pet.breed]["coat"]
        choices += ["hotel"] + (["cut", "cut"] if coat == "cut" else ["shampoo"])
    course = "recheck" if pet.condition and rng.random() < 0.6 else rng.choice(choices)
    nights = rng.randint(1, 4) if course == "hotel" else 1
    diary.book(pet, course, day, nights=nights)


def vaccine_course(diary: Diary, pet: Pet) -> str:
    """The mixture that the pet got last, or one for a pet new to us."""
    for event in reversed(diary.customer.events):
        if event.pet is pet and event.service == "vaccination" and event.course:
            return event.course
    return vaccine_for(diary.rng, pet)
