"""Solar cells: a junction that delivers power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from stackmodel.errors import InputError, did_you_mean, shorten
from stackmodel.experiments.metrics import DEFAULT_METRICS
from stackmodel.kinds.detector import Detector
from stackmodel.kinds.registry import registered
from stackmodel.light.spectrum import Light, as_light
from stackmodel.quantities import ACCURACY
from stackmodel.results.limit import Limit
from stackmodel.results.performance import Performance
from stackmodel.results.reciprocity import Reciprocity
from stackmodel.units import Value

#: What `limit` takes a cell to absorb.
ABSORPTANCES = ("step", "computed")


@registered
@attrs.frozen(init=False, kw_only=True, repr=False)
class SolarCell(Detector):
    """A solar cell; see `Device` for what it takes."""

    kind: ClassVar[str] = "solar cell"
    default_metrics: ClassVar[tuple[str, ...]] = (*DEFAULT_METRICS, "efficiency")

    def limit(
        self,
        light: Light | None = None,
        *,
        band_gap: Value | None = None,
        pairs_per_photon: int = 1,
        reference_irradiance: Value | None = None,
        absorptance: str = "step",
    ) -> Limit:
        """Return the detailed-balance limit: of the active layer's optical gap, or of the stack with its optics.

        Parameters
        ----------
        light : Light, optional
            AM1.5G otherwise; ``Light.am15g().longpass(1100)`` for a cell behind silicon.
        band_gap : float or str, optional
            Another gap. [eV]
        pairs_per_photon : int
            Most electron-hole pairs that one photon makes (multiple exciton generation as a staircase). An active
            layer with multiplication_threshold and multiplication_slope makes what these say instead.
        reference_irradiance : float or str, optional
            What the efficiency is referred to, the incident light otherwise; an IR-PCE is mostly referred to the
            unfiltered "100 mW/cm^2". [W/cm^2]
        absorptance : str
            "step": all above the optical gap is absorbed and nothing below, and the front emits. "computed": what the
            active layers absorb by transfer matrices, and emit to both sides at all angles; other layers only lose.

        Notes
        -----
        Eqs. (L2) to (L4) of docs/method.md. Photons absorbed anew by the active layer are no loss: only what gets out,
        or is absorbed by another layer, counts. Of the latter the limit has what is lost of the light, and not what is
        lost of the emission, so it stays a limit.
        """
        from stackmodel.experiments.limit import computed_limit, limit

        if absorptance not in ABSORPTANCES:
            hint = did_you_mean(str(absorptance), ABSORPTANCES)
            raise InputError(
                f'limit: absorptance is "{shorten(absorptance)}"; expected one of {", ".join(ABSORPTANCES)}.{hint}'
            )
        if absorptance == "computed":
            if band_gap is not None:
                raise InputError(
                    f"limit: band_gap is {shorten(band_gap)}, and the computed absorptance has its own edge; expected "
                    'one of the two. Leave band_gap out, or take absorptance="step"'
                )
            return computed_limit(
                self.setup, as_light(light, self.kind) or Light.am15g(), pairs_per_photon=pairs_per_photon,
                reference_irradiance=reference_irradiance,
            )  # fmt: skip
        return limit(
            self.setup, as_light(light, self.kind) or Light.am15g(), band_gap=band_gap,
            pairs_per_photon=pairs_per_photon, reference_irradiance=reference_irradiance,
        )  # fmt: skip

    def performance(
        self,
        light: Light | None = None,
        *,
        generation: Value | Mapping[str, Value] | None = None,
        irradiance: Value | None = None,
        reference_irradiance: Value | None = None,
        accuracy: Value = ACCURACY,
    ) -> Performance:
        """Return what the cell delivers under light, each figure from a solved point, and where the rest is lost.

        Parameters
        ----------
        light : Light, optional
            AM1.5G otherwise. ``Light.am15g().longpass(1100)`` for a cell behind silicon,
            ``Light.am15g().filtered(top.absorptance(wavelengths))`` behind a computed stack,
            ``Light.monochromatic(1550, "17 mW/cm^2")`` for a converter of power.
        generation : float, str or mapping, optional
            In place of a light, as for `jv`. [cm^-3 s^-1]
        irradiance : float or str, optional
            Of what makes the `generation`; without it there is no efficiency. [W/cm^2]
        reference_irradiance : float or str, optional
            What the efficiency is referred to, the incident light otherwise; an IR-PCE is mostly referred to the
            unfiltered "100 mW/cm^2". [W/cm^2]
        accuracy : float or str
            Largest estimated error that the mesh may leave in a current, "0.1 %" to "2 %".

        Raises
        ------
        DataError
            If no current is delivered at 0 V, or n and k are not known for the light.
        """
        from stackmodel.experiments.illumination import illumination
        from stackmodel.experiments.performance import performance

        if generation is None and irradiance is not None:
            raise InputError(
                "performance: irradiance belongs to generation=...; a light has its own, such as "
                'Light.monochromatic(940, "1 mW/cm^2"). To refer the efficiency to another one give '
                "reference_irradiance=..."
            )
        shining = as_light(light, self.kind)
        if shining is not None and generation is not None:
            raise InputError(f"{self.kind}: light and generation are both given; expected one of them")
        lit = illumination(self.setup, shining or Light.am15g()) if generation is None else None
        return performance(
            self._asked(accuracy), lit, generation=generation, irradiance=irradiance,
            reference_irradiance=reference_irradiance,
        )  # fmt: skip

    def luminescence(self, light: Light | None = None, *, accuracy: Value = ACCURACY) -> Reciprocity:
        """Return what the cell emits as a diode, and the voltage that it loses without light, by reciprocity.

        The external quantum efficiency is that of weak light at short circuit, the open-circuit voltage is solved.

        Parameters
        ----------
        light : Light, optional
            That the voltage belongs to, AM1.5G otherwise. The efficiency is solved where it can make pairs.
        accuracy : float or str
            Largest estimated error that the mesh may leave in a current, "0.1 %" to "2 %".

        Notes
        -----
        Eqs. (L6) to (L9) of docs/method.md. Rau's theorem holds where currents of light and of voltage add up; where
        carriers drift through a wide depleted film it is an estimate.
        """
        from stackmodel.experiments.luminescence import luminescence

        return luminescence(self._asked(accuracy), as_light(light, self.kind) or Light.am15g())
