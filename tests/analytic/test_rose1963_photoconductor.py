"""Photoconductors against closed forms: gain and contacts (Rose; Bube), solved and estimated."""

import math

import pytest

import stackmodel as sm
from stackmodel.estimates import photoconduction_laws as law

Q = 1.602176634e-19
SILICON = sm.Material(
    name="Si film", electron_affinity=4.05, band_gap=1.12, relative_permittivity=11.7, conduction_band_dos=2.8e19,
    valence_band_dos=2.65e19, electron_mobility=1000, hole_mobility=400, electron_lifetime=1e-7, hole_lifetime=1e-7,
    donor_density=1e15, absorption_coefficient=1e4, source="textbook values of silicon",
)  # fmt: skip
OHMIC = {"front": sm.Contact.ohmic(), "back": sm.Contact.ohmic()}
#: dJ/(qGL) of n-type silicon 200 um long at 0.1 V, (mu_n + mu_p) tau V/L^2 (1 - (2 L_a/L) tanh(L/2L_a)).
GAIN = 0.03144085968951152


def test_gain_of_a_long_film():
    device = sm.Photoconductor(sm.Stack([sm.Layer(SILICON, "1 um", role="channel", length="200 um")]), **OHMIC)
    answer = device.estimate(0.1)
    assert answer.gain == pytest.approx(GAIN, rel=3e-3)  # the form of Rose leaves the sweep-out by the field away
    assert answer.dark_current == pytest.approx(0.801088317, rel=1e-3)


def test_solved_gain_of_a_long_film():
    halves = [sm.Active(SILICON, "100 um"), sm.Layer(SILICON, "100 um", role="interlayer", name="rest")]
    device = sm.Photoconductor(sm.Stack(halves), **OHMIC)
    dark, lit = (
        device.jv([0.1], generation={"active": G, "rest": G}).current_density[0] for G in (0.0, 1e19)
    )  # fmt: skip
    assert dark == pytest.approx(0.801088317, rel=1e-3)
    assert lit - dark == pytest.approx(1.0074762149481572e-3, rel=3e-3)
    assert (lit - dark) / (Q * 1e19 * 200e-4) == pytest.approx(GAIN, rel=3e-3)


# The quasi-neutral form knows no Debye length: 0.13 um, which the film lacks at its contacts.
@pytest.mark.parametrize(("length", "voltage", "within"), [(2, 0.1, 0.03), (20, 0.1, 0.01), (20, 1.0, 0.01)])
def test_solved_gain_follows_the_field(length, voltage, within):
    stack = sm.Stack([sm.Layer(SILICON, "1 um", role="channel", length=length)])
    device = sm.Photoconductor(stack, **OHMIC)
    assert device.gain(voltage, 1e20) == pytest.approx(device.estimate(voltage).gain, rel=within)


def test_light_too_weak_to_be_resolved_is_refused():
    stack = sm.Stack([sm.Layer(SILICON, "1 um", role="channel", length=20)])
    with pytest.raises(sm.InputError, match="higher generation"):
        sm.Photoconductor(stack, **OHMIC).gain(1.0, 1e12)


def test_rose_loss_at_two_fast_contacts():
    for ratio in (0.1, 1.0, 3.0, 30.0):  # length over diffusion length
        D, tau = 10.0, 1e-7
        reach = math.sqrt(D * tau)
        found = law.lifetime_between_contacts(
            lifetime=tau, diffusion=D, drift=0.0, length=ratio * reach, velocities=(math.inf, math.inf)
        )
        assert found == pytest.approx(tau * (1.0 - 2.0 / ratio * math.tanh(0.5 * ratio)), rel=1e-6)


def test_contacts_alone_end_the_carriers_of_a_film_without_recombination():
    shared = {"lifetime": math.inf, "diffusion": 10.0, "length": 1e-3}
    fast = law.lifetime_between_contacts(**shared, drift=0.0, velocities=(math.inf, math.inf))
    assert fast == pytest.approx(1e-6 / 120.0, rel=1e-5)  # L^2 / 12 D; a finite lifetime stands in for none
    slow = law.lifetime_between_contacts(**shared, drift=0.0, velocities=(100.0, 100.0))
    assert slow == pytest.approx(1e-6 / 120.0 + 1e-3 / 200.0, rel=1e-3)  # and L / 2 S in series
    swept = law.lifetime_between_contacts(**shared, drift=1e7, velocities=(math.inf, math.inf))
    assert swept == pytest.approx(1e-3 / 2e7, rel=3e-3)  # L / 2 v: half a transit, diffusion apart
    assert law.lifetime_between_contacts(**shared, drift=1e5, velocities=(0.0, 0.0)) == math.inf


def test_either_direction_of_the_drift_mirrors():
    shared = {"lifetime": 1e-7, "diffusion": 10.0, "length": 1e-3}
    there = law.lifetime_between_contacts(**shared, drift=3e4, velocities=(1e3, math.inf))
    back = law.lifetime_between_contacts(**shared, drift=-3e4, velocities=(math.inf, 1e3))
    assert there == pytest.approx(back, rel=1e-12)


def test_trapped_minority_carriers_give_the_textbook_gain():
    """tau mu V / L^2 = 1e-3 s x 0.01 cm^2/Vs x 10 V / (5 um)^2 = 400, and electrons that do not move."""
    mobilities = "hole_mobility=0.01 cm^2/Vs, electron_mobility=1e-9 cm^2/Vs"
    film = f"channel: PbS(3.4nm, EDT) 300nm [electron_trap_lifetime=1ms, {mobilities}, "
    device = sm.Photoconductor(f"glass / {film}source=Au, drain=Au, length=5um, width=1mm]")
    answer = device.estimate(10.0)
    assert answer.gain == pytest.approx(400.0, rel=1e-6)
    assert answer.gain == pytest.approx(1e-3 / answer.hole_transit_time, rel=1e-6)
    assert answer.gain_bandwidth == pytest.approx(1.0 / (2.0 * math.pi * answer.hole_transit_time), rel=1e-6)
    assert answer.limited_by == "lifetime of trapped carriers"


def test_minority_carriers_conduct_until_they_are_trapped():
    found = law.gain(voltage=-10.0, length=1e-3, majority=(2.0, 1e-3), minority=(5.0, 1e-7))
    assert found == pytest.approx((2.0 * 1e-3 + 5.0 * 1e-7) * 10.0 / 1e-6, rel=1e-12)


def test_lifetime_of_an_extrinsic_film_is_that_of_its_minority():
    shared = {"n_i": 1e10, "tau_n": 1e-6, "tau_p": 1e-8, "radiative": 0.0, "auger_n": 0.0, "auger_p": 0.0}
    assert law.excess_lifetime(n=1e17, p=1e3, **shared) == pytest.approx(1e-8, rel=1e-4)
    assert law.excess_lifetime(n=1e3, p=1e17, **shared) == pytest.approx(1e-6, rel=1e-4)
    assert law.excess_lifetime(n=1e17, p=1e3, **{**shared, "tau_n": math.inf, "radiative": 1e-10}) == pytest.approx(
        1e-7, rel=1e-6
    )
