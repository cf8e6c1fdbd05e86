"""The 52 shapes of a face that Apple's ARKit names, in the order of every face track."""

from __future__ import annotations

__all__ = ["ARKIT"]

# Apple's order (ARFaceAnchor.BlendShapeLocation), which every face track uses.
_EYE = ["Blink", "LookDown", "LookIn", "LookOut", "LookUp", "Squint", "Wide"]
_SIDES = ("Left", "Right")
ARKIT: tuple[str, ...] = (
    *(f"eye{shape}{side}" for side in _SIDES for shape in _EYE),
    *[
        "jawForward",
        "jawLeft",
        "jawRight",
        "jawOpen",
        "mouthClose",
        "mouthFunnel",
        "mouthPucker",
        "mouthLeft",
        "mouthRight",
    ],
    *(f"mouth{shape}{side}" for shape in ["Smile", "Frown", "Dimple", "Stretch"] for side in _SIDES),
    *["mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"],
    *(f"mouth{shape}{side}" for shape in ["Press", "LowerDown", "UpperUp"] for side in _SIDES),
    *["browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff"],
    *["cheekSquintLeft", "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut"],
)
