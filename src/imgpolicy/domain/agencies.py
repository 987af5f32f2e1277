"""Picture agencies, by which words in a picture, in a caption and in a file's metadata are known as somebody else's."""

from __future__ import annotations

AGENCIES = (
    *("Getty Images", "gettyimages", "iStock", "iStockphoto", "Shutterstock", "Adobe Stock", "Fotolia", "Alamy"),
    *("Alamy Stock Photo", "Depositphotos", "Dreamstime", "123RF", "Bigstock", "Bigstockphoto", "Can Stock Photo"),
    *("Ritzau Scanpix", "Ritzau", "Scanpix", "Scanpix Denmark", "Colourbox", "Polfoto", "Mostphotos", "Bridgeman"),
    *("Bridgeman Images", "Reuters", "AP Photo", "Associated Press", "AFP", "EPA", "dpa", "picture alliance"),
    *("TT Nyhetsbyrån", "NTB Scanpix", "Lehtikuva", "Magnum Photos", "Corbis", "Bettmann", "Rex Features"),
    *("Pond5", "Envato Elements", "Freepik", "Vecteezy", "Stocksy", "Imago Images", "PA Images", "Gado Images"),
    *("Science Photo Library", "Mary Evans", "akg-images", "Scala Archives", "Bildarchiv Preussischer Kulturbesitz"),
)
"""Agencies that sell pictures, as they sign and watermark them."""

SIGNATURES = (
    *AGENCIES,
    *("AP", "TT", "NTB", "UPI", "ANP", "Belga", "Keystone", "SIPA", "Xinhua", "ZUMA", "Zuma Press", "NurPhoto"),
    *("Anadolu", "WireImage", "FilmMagic", "Agence France-Presse", "Avalon", "Cover Images", "Wenn", "Splash News"),
    *("TASS", "Kyodo", "Jiji Press", "PA Wire", "PA Media", "Press Association", "Action Images", "Image Source"),
)
"""The same with the short names, and those of agencies that sell to the press alone: only where somebody signs."""
