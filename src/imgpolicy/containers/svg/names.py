"""What draws in an SVG: the elements and attributes of SVG 1.1, SVG 2 and the drafts between them, by name.

Sources: the indexes of elements, attributes and properties of SVG 1.1, SVG Tiny 1.2 and SVG 2, CSS Filter Effects 1,
CSS Masking 1, and the names that Inkscape writes for flowed text. What runs, embeds another document, or does nothing
but name another file is left out of them on purpose.
"""

from __future__ import annotations

SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
XMLNS = "http://www.w3.org/2000/xmlns/"

TELLING = frozenset({"metadata", "title", "desc"})
"""Elements that say something about the drawing."""

RUNNING = frozenset({"script", "handler", "listener"})
"""Elements that run something."""

ANIMATIONS = frozenset({"animate", "animateColor", "animateMotion", "animateTransform", "set"})
"""Elements that change an attribute of another."""

PICTURES = frozenset({"image", "feImage"})
"""Elements whose reference is a picture."""

_ELEMENTS = """
    svg g defs symbol use switch a view style image path rect circle ellipse line polyline polygon text tspan tref
    textPath textArea tbreak altGlyph altGlyphDef altGlyphItem glyphRef marker linearGradient radialGradient stop
    pattern clipPath mask filter solidColor solidcolor mesh meshGradient meshgradient meshPatch meshpatch meshRow
    meshrow hatch hatchpath hatchPath feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix
    feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR
    feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight
    feTile feTurbulence animate animateColor animateMotion animateTransform set mpath discard font font-face
    font-face-src font-face-name font-face-format glyph missing-glyph hkern vkern flowRoot flowRegion
    flowRegionExclude flowPara flowSpan flowLine flowDiv flowTref
"""
_ATTRIBUTES = """
    id class style lang type media version baseProfile viewBox preserveAspectRatio zoomAndPan viewTarget width
    height x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy d points path pathLength transform rotate offset href
    gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits
    maskUnits maskContentUnits filterUnits primitiveUnits filterRes markerUnits markerWidth markerHeight refX refY
    orient hatchUnits hatchContentUnits hatchTransform pitch textLength lengthAdjust startOffset method spacing side
    editable requiredFeatures systemLanguage role focusable tabindex aria-hidden snapshotTime timelineBegin
    playbackOrder contentStyleType in in2 result mode values operator k1 k2 k3 k4 order kernelMatrix divisor bias
    targetX targetY edgeMode kernelUnitLength preserveAlpha surfaceScale diffuseConstant specularConstant
    specularExponent limitingConeAngle azimuth elevation pointsAtX pointsAtY pointsAtZ z stdDeviation scale
    xChannelSelector yChannelSelector radius baseFrequency numOctaves seed stitchTiles tableValues slope intercept
    amplitude exponent attributeName attributeType begin dur end min max restart repeatCount repeatDur fill calcMode
    keyTimes keySplines keyPoints from to by additive accumulate origin accent-height alphabetic arabic-form ascent
    bbox cap-height descent format g1 g2 glyph-name glyphRef hanging horiz-adv-x horiz-origin-x horiz-origin-y
    ideographic k mathematical name orientation overline-position overline-thickness panose-1 stemh stemv
    strikethrough-position strikethrough-thickness u1 u2 underline-position underline-thickness unicode
    unicode-range units-per-em v-alphabetic v-hanging v-ideographic v-mathematical vert-adv-y vert-origin-x
    vert-origin-y widths x-height alignment-baseline background background-color baseline-shift block-progression
    buffered-rendering clip clip-path clip-rule color color-interpolation color-interpolation-filters
    color-rendering cursor direction display display-align dominant-baseline enable-background fill-opacity
    fill-rule filter flood-color flood-opacity font font-family font-feature-settings font-kerning font-size
    font-size-adjust font-stretch font-style font-synthesis font-variant font-variant-alternates font-variant-caps
    font-variant-east-asian font-variant-ligatures font-variant-numeric font-variant-position
    font-variation-settings font-weight glyph-orientation-horizontal glyph-orientation-vertical image-rendering
    inline-size isolation kerning letter-spacing lighting-color line-height line-increment marker marker-end
    marker-mid marker-start mask mask-type mix-blend-mode opacity overflow paint-order pointer-events
    rendering-intent shape-inside shape-margin shape-padding shape-rendering shape-subtract solid-color
    solid-opacity stop-color stop-opacity stroke stroke-alignment stroke-dashadjust stroke-dasharray
    stroke-dashcorner stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    text-align text-align-all text-align-last text-anchor text-decoration text-decoration-color text-decoration-fill
    text-decoration-line text-decoration-stroke text-decoration-style text-indent text-orientation text-overflow
    text-rendering text-transform transform-box transform-origin unicode-bidi vector-effect vertical-align
    viewport-fill viewport-fill-opacity visibility white-space word-spacing word-wrap writing-mode
"""

ELEMENTS = frozenset(_ELEMENTS.split())
"""Elements of SVG that draw, or belong to others that do."""

ATTRIBUTES = frozenset(_ATTRIBUTES.split())
"""Attributes in no namespace that decide how a drawing looks or moves, name a part of it, or say how it is read."""

XML_ATTRIBUTES = frozenset({"space", "lang", "id"})
"""The same in XML's own namespace: ``xml:base`` would lead every reference out of the file."""
