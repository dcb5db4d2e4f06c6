"""Built-in potentials of the two bench cases, and of every published device: alignment and solver agree to 0.1 mV."""

from __future__ import annotations

from pathlib import Path

import pytest

import stackmodel as sm

FILES = sorted((Path(__file__).parents[2] / "devices").rglob("*.py"))


def layer(
    name: str,
    thickness: float,
    chi: float,
    gap: float,
    eps_r: float,
    dos: float,
    mu: tuple[float, float],
    doping: float,
) -> sm.Layer:
    material = sm.Material(
        name=name, electron_affinity=chi, band_gap=gap, relative_permittivity=eps_r, conduction_band_dos=dos,
        valence_band_dos=dos, electron_mobility=mu[0], hole_mobility=mu[1], donor_density=max(doping, 0.0),
        acceptor_density=max(-doping, 0.0), statistics="boltzmann",
    )  # fmt: skip
    return sm.Layer(material, thickness)


def device(*layers: sm.Layer) -> sm.Photodiode:
    return sm.Photodiode(sm.Stack(layers), front=sm.Contact.ohmic(), back=sm.Contact.ohmic())


PN = device(
    layer("n", 2000, 4.07, 1.42, 12.9, 2e18, (4000, 200), 1e17),
    layer("p", 2000, 4.07, 1.42, 12.9, 2e18, (4000, 200), -1e17),
)
NIP = device(
    layer("ZnO-like", 50, 4.0, 3.3, 8.5, 2.2e18, (10, 10), 1e17),
    layer("PbS film", 300, 4.1, 1.3, 14, 1e19, (0.01, 0.01), 0.0),
    layer("PbS-EDT-like", 50, 3.8, 1.4, 14, 1e19, (0.01, 0.01), -1e17),
)


@pytest.mark.parametrize(("case", "V_bi"), [(PN, 1.26511), (NIP, 1.00104)], ids=["pn", "n-i-p"])
def test_bench_case(case: sm.Photodiode, V_bi: float) -> None:
    assert case.band_alignment().built_in_potential == pytest.approx(V_bi, abs=1e-4)
    solved = case.equilibrium()
    assert solved.built_in_potential == pytest.approx(V_bi, abs=1e-4)
    assert solved.by_interface == case.band_alignment().by_interface
    assert sum(solved.potential_drop.values()) == pytest.approx(V_bi, abs=1e-4)


@pytest.mark.parametrize("temperature", [300.0, 80.0])
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_published_device(path: Path, temperature: float) -> None:
    published = sm.load(path).with_values({"temperature": temperature})
    solved, aligned = published.equilibrium(), published.band_alignment()
    if isinstance(published, sm.Phototransistor):  # the far end of the gate's path floats, and need not be neutral
        assert solved.built_in_potential == pytest.approx(aligned.built_in_potential, abs=0.3)
        return
    assert solved.built_in_potential == pytest.approx(aligned.built_in_potential, abs=1e-4)
    assert sum(solved.by_interface.values()) == pytest.approx(solved.built_in_potential, abs=1e-4)
    assert solved.anode == aligned.anode
