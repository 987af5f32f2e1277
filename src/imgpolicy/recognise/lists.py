"""The words that are known without a policy: confidential markings, given names."""

from __future__ import annotations

MARKINGS = (
    *("Fortroligt", "Fortrolig", "Strengt fortroligt", "Strengt fortrolig", "Hemmeligt", "Yderst hemmeligt"),
    *("Kun til internt brug", "Til internt brug", "Kun til intern brug", "Internt dokument", "Kun til tjenestebrug"),
    *("Til tjenestebrug", "Må ikke videregives", "Må ikke offentliggøres", "Må ikke kopieres", "Personfølsomt"),
    *("Ikke til offentliggørelse", "Ikke til videregivelse", "Klausuleret", "Personfølsomme oplysninger"),
    *("Confidential", "Strictly confidential", "Highly confidential", "Private and confidential"),
    *("Company confidential", "Commercial in confidence", "In confidence", "Internal use only", "Internal only"),
    *("For internal use only", "Restricted distribution", "Do not distribute", "Do not copy", "Do not share"),
    *("Not for distribution", "Not for publication", "Not for release", "Top secret", "Trade secret"),
    *("Proprietary and confidential", "Eyes only", "Under embargo", "Need to know"),
    *("Vertraulich", "Streng vertraulich", "Nur für den internen Gebrauch", "Nur für den Dienstgebrauch"),
)
"""Danish, English and German markings of what is not for everybody."""

_DANISH = """
Peter Michael Lars Jens Thomas Henrik Søren Christian Martin Jan Morten Jesper Anders Mads Niels Rasmus Per Hans
Mikkel Jørgen Kim Ole Frederik Jakob Jacob Kasper Casper Kenneth Claus Klaus Simon Emil Lasse Jonas Torben Mathias
Nikolaj Nicolai Carsten Erik Kurt Bent Bjarne John Brian Tommy Allan Steen Flemming Finn Poul Paul Svend Knud Viggo
Aage Børge Gunnar Leif Oscar Oskar William Noah Victor Viktor Lucas Oliver Malthe Magnus August Alfred Carl Karl
Valdemar Elias Anton Aksel Arthur Otto Felix Johan Sebastian Daniel Alexander Benjamin David Philip Filip Tobias Ulrik
Troels Esben Asger Bo Ib Kaj Palle Anne Mette Kirsten Hanne Anna Helle Susanne Lene Maria Marianne Inge Camilla Karen
Lone Charlotte Bente Pia Louise Tina Jette Ida Gitte Julie Sofie Lise Emma Christina Heidi Birgit Annette Sara Sarah
Laura Birthe Pernille Ulla Ellen Line Rikke Maja Freja Clara Karla Alma Agnes Ella Olivia Luna Nora Josefine Isabella
Mathilde Caroline Cecilie Signe Trine Stine Maiken Malene Katrine Kathrine Simone Nanna Astrid Dorthe Dorte Vibeke
Winnie Connie Britta Lis Lisbeth Ruth Inger Elin Else Edith Jytte Grethe Ingrid Ingeborg Johanne Kristine Kristian
Christine Lotte Merete Mie Naja Nina Rosa Sanne Sidsel Solveig Tove Zahra Fatima Mohammed Muhammad Ahmed Ali Hassan
Omar Yusuf Aisha Amina Mustafa Mehmet Ayse Bodil Åse Bjørn Øyvind Eigil
"""
_OTHERS = """
James Robert Mary Patricia Jennifer Linda Elizabeth Barbara Richard Joseph Charles Christopher Matthew Anthony Mark
Donald Steven Andrew Kevin Edward Jason Jeffrey Ryan Nicholas Eric Stephen Jonathan Larry Justin Scott Brandon Samuel
Gregory Frank Jessica Karen Nancy Lisa Betty Margaret Sandra Ashley Kimberly Emily Donna Michelle Carol Amanda Melissa
Deborah Stephanie Rebecca Sharon Cynthia Kathleen Amy Angela Shirley Brenda Pamela Nicole Helen Samantha Katherine
Rachel Carolyn Janet Catherine Heather Diane Alice George Harry Jack Henry Tom Tim Steve Mike Dave Bill Bob Joe Ann
Jane Kate Sophie Grace Chloe Hannah Lucy Megan Oliver Hugo Adam Ben Max Luke Leo Jürgen Wolfgang Stefan Andreas Uwe
Dieter Sabine Petra Ursula Monika Karin Ulrike Heike Johansson Lars Erik Gustav Nils Sven Åke Karl-Erik Björn Håkan
Eva Kristina Elisabeth Birgitta Maja Tor Odd Kari Ingunn Liv Berit Pekka Juha Matti Timo Marja Anneli Jean Pierre
Marie Philippe Isabelle Nathalie Sophie Giovanni Marco Paolo Giulia Chiara Francesca Carlos Juan Pablo Carmen Ana
Piotr Krzysztof Andrzej Agnieszka Katarzyna Małgorzata
"""

GIVEN_NAMES = frozenset(name.casefold() for name in (*_DANISH.split(), *_OTHERS.split()))
"""Common given names, by which a person's name is told from a shop's."""
