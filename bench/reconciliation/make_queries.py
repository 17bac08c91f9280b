"""Write the labelled set of queries to standard output.

    python bench/reconciliation/make_queries.py INDEX EXPLORER > queries.csv

INDEX is the `search.sqlite` of a release, EXPLORER the folder with `official-ids.csv` and
`commitments-2016.csv`. Typing errors come from a generator with a fixed seed.
"""

from __future__ import annotations

import csv
import random
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

SEED = 20161129
COLUMNS = ("query", "class", "properties", "expected", "kind", "source")
#: Written by hand: (query, class, properties, expected key, kind).
BY_HAND = """
UK|Member||GBR|abbreviation
USA|Member||USA|abbreviation
U.S.A.|Member||USA|abbreviation
Great Britain|Member||GBR|other name
FYROM|Member||MKD|former name
Macedonia|Member||MKD|former name
Tanzania|Member||TZA|name
Eesti|Member||EST|language
Estland|Member||EST|language
Lettland|Member||LVA|language
Lietuva|Member||LTU|language
Suomi|Member||FIN|language
Czechia|Member||CZE|other name
South Korea|Member||KOR|other name
Ivory Coast|Member||CIV|other name
Cape Verde|Member||CPV|other name
Kyrgyzstan|Member||KGZ|other name
Slovakia|Member||SVK|other name
Holland|Member||NLD|other name
Deutschland|Member||DEU|language
Sverige|Member||SWE|language
Republic of Moldova|Member||MDA|other name
The Netherlands|Member||NLD|other name
Korea, Republic of|Member||KOR|other name
FI|Member||FIN|code
Niger|Member|||negative
Austria|Member|||negative
Iceland|Member|||negative
Iran|Member|||negative
Iraq|Member|||negative
Zambia|Member|||negative
Dominica|Member|||negative
Guinea|Member|||negative
Congo|Member|||negative
Kigoma|Member|||negative
Wakanda|Member|||negative
Mauritius|Member|||negative
Slovenia|Member|||negative
Belarus|Member|||negative
Ministry of Justice|Institution|||negative
Ministry of Finance|Institution|||negative
Ministry of Justice|Institution|member=Finland|FIN-ministry-of-justice|member
Ministry of Justice Finland|Institution||FIN-ministry-of-justice|member in text
Ministry of Justice, Spain|Institution||ESP-ministry-of-justice|member in text
Lithuania Ministry of Justice|Institution||LTU-ministry-of-justice|member in text
Ministry of Justice|Institution|member=Suomi|FIN-ministry-of-justice|member
Ministry of Justice|Institution|member=GEO|GEO-ministry-of-justice-of-georgia|member
MoJ of Georgia|Institution||GEO-ministry-of-justice-of-georgia|abbreviation
IDFI|Institution||GEO-institute-for-development-of-freedom-of-information|abbreviation
NENO|Institution||EST-network-of-estonian-nonprofit-organizations|abbreviation
Riigikantselei|Institution||EST-government-office|language
Riigikogu|Institution||EST-riigikogu|language
Min. of Education & Research|Institution|member=Estonia|EST-ministry-of-education-and-research|abbreviation
Ministry of Labour|Institution|member=Estonia||negative
Ministry of Defence|Institution|member=Latvia||negative
National Audit Office|Institution|||negative
Parliament|Institution|||negative
Cabinet Office|Institution|||generic
Cabinet Office|Institution|member=United Kingdom|GBR-cabinet-office|member
OGP|Institution||open-government-partnership|abbreviation
University of Helsinki|Institution|||negative
Open Data|Commitment|||negative
Open Data Portal|Commitment|||negative
Build a railway to the moon|Commitment|||negative
Beneficial ownership register|Commitment|member=Finland||negative
Estonian Ministry of Finance|Institution||EST-ministry-of-finance|adjective
Estonian Ministry of Foreign Affairs|Institution||EST-ministry-of-foreign-affairs|adjective
Estonian Tax and Customs Board|Institution||EST-tax-and-customs-board|adjective
Estonian Health Insurance Fund|Institution||EST-health-insurance-fund|adjective
the Estonian Government Office|Institution||EST-government-office|adjective
Finnish Ministry of Justice|Institution||FIN-ministry-of-justice|adjective
Latvian Ministry of Culture|Institution||LVA-ministry-of-culture|adjective
Latvian State Chancellery|Institution||LVA-state-chancellery|adjective
Lithuanian Ministry of Justice|Institution||LTU-ministry-of-justice|adjective
Lithuanian Special Investigation Service|Institution||LTU-special-investigation-service|adjective
Irish Department of Justice|Institution||IRL-department-of-justice|adjective
Spanish Ministry of Justice|Institution||ESP-ministry-of-justice|adjective
Georgian Ministry of Justice|Institution||GEO-ministry-of-justice-of-georgia|adjective
Georgian Parliament|Institution||GEO-parliament-of-georgia|adjective
British Cabinet Office|Institution||GBR-cabinet-office|adjective
Dutch Ministry of Security and Justice|Institution||NLD-ministry-of-security-and-justice|adjective
Philippine Senate|Institution||PHL-senate-of-the-philippines|adjective
Filipino Department of Budget and Management|Institution||PHL-department-of-budget-and-management|adjective
Estonian Ministry of Fiance|Institution||EST-ministry-of-finance|adjective
Austrian Ministry of Justice|Institution|||negative
Swedish Ministry of Justice|Institution|||negative
Finnish Ministry of Finance|Institution|||negative
Latvian Ministry of Justice|Institution|||negative
Swiss Tax and Customs Board|Institution|||negative
Japanese Cabinet Office|Institution|||negative
Cabinet Office, Japan|Institution|||negative
Russian Health Insurance Fund|Institution|||negative
Norwegian Government Office|Institution|||negative
UK Cabinet Office|Institution||GBR-cabinet-office|member in text
National Archives, UK|Institution||GBR-the-national-archives|member in text
Ministry of Finance of the Republic of Estonia|Institution||EST-ministry-of-finance|member in text
Estonia's Ministry of Finance|Institution||EST-ministry-of-finance|member in text
MoJ|Institution|member=Finland|FIN-ministry-of-justice|initials
MoF|Institution|member=Estonia|EST-ministry-of-finance|initials
MFA|Institution|member=Estonia|EST-ministry-of-foreign-affairs|initials
MoER|Institution|member=Estonia|EST-ministry-of-education-and-research|initials
Estonian MoD|Institution||EST-ministry-of-defence|initials
MoJ Spain|Institution||ESP-ministry-of-justice|initials
DBM|Institution|member=Philippines|PHL-department-of-budget-and-management|initials
DfID|Institution|member=GBR|GBR-department-for-international-development|initials
FCO|Institution|member=United Kingdom|GBR-foreign-and-commonwealth-office|initials
IEP|Institution||international-experts-panel|initials
TI Estonia|Institution||EST-transparency-international-estonia|initials
MoJ|Institution|||negative
MoF|Institution|||negative
DoJ|Institution|||negative
MoJ|Institution|member=Latvia||negative
MoF|Institution|member=Finland||negative
MoH|Institution|member=Estonia||negative
MoF|Institution|member=Austria||negative
UNESCO|Institution|member=Estonia||negative
CO|Institution|member=Estonia||negative
Latvia|Member|member=Lithuania||contradiction
Finland|Member|member=Sweden||contradiction
Mexico|Member|member=New Mexico||contradiction
Tbilisi|Member|member=United States||contradiction
Austin|Member|member=Australia||contradiction
Kenya|Member|year=1998||contradiction
Norway|Member|plan=SWE01||contradiction
Norway|Member|identifier=SWE||contradiction
Bolivia|Member|identifier=BRA||contradiction
Tbilisi|Member|member=Georgia|GETB|property
Jalisco|Member|member=MEX|MXJL|property
Sweden|Member|year=2013|SWE|property
Suomi|Member|identifier=FIN|FIN|property
Q33|Member||FIN|identifier
https://www.wikidata.org/wiki/Q35|Member||DNK|identifier
lv-0024|Commitment||LV0024|identifier
Georgia (GEO)|Member||GEO|identifier
Georgia (USA)|Member|||negative
Ministry of Culture|Institution|identifier=LVA-state-chancellery||contradiction
Ministry of Culture|Institution|member=Lithuania||contradiction
Ministry of Culture|Institution|identifier=LVA-ministry-of-culture|LVA-ministry-of-culture|property
House of Representatives|Institution|||generic
Department of the Interior and Local Government|Institution|||generic
Office of the Government|Institution|||generic
State Shared Service Centre|Institution|||generic
National Youth Council|Institution|||generic
Trade Union Confederation|Institution|||generic
University of Tallinn|Institution||EST-tallinn-university|name
Eesti Pank|Institution||EST-eesti-pank|name
Riigikool|Institution|member=Estonia||other word
Riigikontor|Institution|member=Estonia||other word
Praktik|Institution|member=Estonia||other word
Ministry of Agriculture|Institution|member=Latvia||other word
Public consultations|Commitment|||generic
Open contracting|Commitment|||generic
Asset declarations|Commitment|||generic
Portal de transparencia|Commitment|||generic
Access to public information|Commitment|||generic
Open government training|Commitment|||generic
National action plan|ActionPlan|||negative
Action Plan 2|ActionPlan|||negative
Swedish climate action plan 2014-2016|ActionPlan|||negative
"""


def slip(text: str, rng: random.Random) -> str:
    """Return a text with one typing error in a word of five letters or more."""
    words = text.split()
    places = [n for n, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not places:
        return ""
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(1, len(word) - 1)
    kind = rng.choice(("swap", "drop", "double", "other"))
    if kind == "swap":
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    elif kind == "drop":
        word = word[:at] + word[at + 1 :]
    elif kind == "double":
        word = word[:at] + word[at] + word[at:]
    else:
        word = word[:at] + rng.choice("abcdefghijklmnoprstu") + word[at + 1 :]
    words[place] = word
    return " ".join(words)


def main(index: Path, explorer: Path) -> None:
    """Write the set to standard output."""
    rng = random.Random(SEED)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    for line in BY_HAND.strip().splitlines():
        out.writerow([*line.split("|"), "by hand"])
    connection = sqlite3.connect(f"file:{index}?mode=ro", uri=True)
    wrong = f"a typing error, generator with seed {SEED}"

    def things(name: str) -> list[tuple[str, str, str]]:
        sql = "SELECT key, label, member FROM thing WHERE class = ? ORDER BY key"
        return connection.execute(sql, (name,)).fetchall()

    for key, label, _ in things("Member"):
        if text := slip(label, rng):
            out.writerow([text, "Member", "", key, "typing error", wrong])
    for key, label, member in rng.sample(things("Institution"), 50):
        if text := slip(label, rng):
            given = f"member={member}" if member else ""
            out.writerow([text, "Institution", given, key, "typing error", wrong])
    for key, label, member in rng.sample(things("Commitment"), 80):
        if text := slip(label, rng):
            out.writerow([text, "Commitment", f"member={member}", key, "typing error", wrong])
    _official(explorer, out.writerow)
    _changed_titles(things("Commitment"), out.writerow)
    _plans(connection, out.writerow)


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
IN_FRONT = ("Withdrawal of", "Evaluation of", "Delay of", "Petition against", "Report on")
OTHERS = ("museums", "taxation", "forestry", "vaccination", "customs", "archaeology")


def changed(title: str, rng: random.Random) -> list[tuple[str, str]]:
    """Return what a title is not any more: with another number, with words in front, with another word."""
    rows = [(f"{rng.choice(IN_FRONT)} {title}", "words in front")]
    if number := re.search(r"\d+", title):
        other = str(int(number[0]) + rng.choice((1, 2, 10)))
        rows.append((title[: number.start()] + other + title[number.end() :], "other number"))
    words = title.split()
    at = max(range(len(words)), key=lambda n: len(words[n]))
    rows.append((" ".join([*words[:at], rng.choice(OTHERS), *words[at + 1 :]]), "other word"))
    return rows


def _changed_titles(rows: list[tuple[str, str, str]], write: Callable[[list[str]], object]) -> None:
    """Write titles of commitments that are those of none, and the same titles with their member."""
    rng = random.Random(SEED + 1)
    by = f"a change, generator with seed {SEED + 1}"
    titles = {title for _, title, _ in rows}
    for key, title, member in rng.sample([r for r in rows if len(r[1].split()) > 3], 80):
        given = f"member={member}"
        write([title, "Commitment", given, key, "same title", "title of the release"])
        for text, kind in changed(title, rng):
            if text not in titles:
                write([text, "Commitment", given, "", kind, by])


def _plans(connection: sqlite3.Connection, write: Callable[[list[str]], object]) -> None:
    """Write how people call plans: by number, ordinal and years, and with years of no plan."""
    rng = random.Random(SEED + 2)
    by = f"a form, generator with seed {SEED + 2}"
    sql = """
        SELECT p.key, p.label, m.label, min(CASE f.kind WHEN 'planNumber' THEN f.value END)
        FROM thing p JOIN thing m ON m.class = 'Member' AND m.key = p.member
        JOIN fact f ON f.thing = p.id WHERE p.class = 'ActionPlan' GROUP BY p.id ORDER BY p.key
    """
    for key, label, member, number in rng.sample(connection.execute(sql).fetchall(), 40):
        ordinal = ORDINALS[int(number) - 1]
        write([f"{member} NAP {number}", "ActionPlan", "", key, "number", by])
        write(
            [f"OGP action plan no. {number}", "ActionPlan", f"member={member}", key, "number", by]
        )
        write([f"{member}: {ordinal} OGP action plan", "ActionPlan", "", key, "ordinal", by])
        years = [int(year) for year in re.findall(r"20\d\d", label)]
        if len(years) == 2:
            first, last = years
            text = f"{member} National Action Plan {first}/{last % 100}"
            write([text, "ActionPlan", "", key, "years", by])
            text = f"{member} action plan {first - 1}-{last + 1}"
            write([text, "ActionPlan", "", "", "other years", by])


def _official(explorer: Path, write: Callable[[list[str]], object]) -> None:
    with (explorer / "commitments-2016.csv").open(encoding="utf-8", newline="") as file:
        titles = {row["edition_row"]: row for row in csv.DictReader(file)}
    with (explorer / "official-ids.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["certainty"] == "certain":
                old = titles[row["edition_row"]]
                given = f"member={old['Country']};plan={row['action_plan_number']}"
                source = f"title of the 2016 file, row {row['edition_row']}"
                title = " ".join(old["Commitment Title"].split())
                write([title, "Commitment", given, row["official_id"], "2016 file", source])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
