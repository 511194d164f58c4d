//! Indicators: what was found for each, how it stands, and where it comes from; distributions of ratings and themes, and
//! how far those who gave them agree.

use super::build::{Build, level_name, of_parts, readable, titled};
use super::disclosure::{Care, care, protect};
use super::document::{Bar, Bars, Block, Cell, Chart, Mark, Picture, Section, Table, Text};
use super::measures::{interval, status, target_text, value};
use assize::measures::agreement::{Metric, NoAgreement, RatingsError, Weights};
use assize::measures::evaluation::{
    Agreed, Coefficient, Distribution, Finding, IndicatorResult, NoFinding, NoStanding,
};
use assize::measures::{MeasureRow, RowState};
use assize::model::evaluation::{Evidence, Facet, FacetKind, Frequency, Indicator};
use assize::model::ids::{IndicatorId, RecordId};
use std::collections::BTreeMap;

/// The section, and where each indicator stands in the page.
pub struct Indicators {
    pub section: Option<Section>,
    anchors: BTreeMap<IndicatorId, String>,
}

impl Indicators {
    /// An indicator's name, with a link to it.
    pub fn name(&self, b: &Build<'_>, id: IndicatorId) -> Text {
        let name = b.program.indicator(id).map_or("?", |indicator| indicator.heading.shown());
        match self.anchors.get(&id) {
            Some(anchor) => Text::link(anchor.clone(), name),
            None => Text::name(name),
        }
    }
}

/// Every indicator.
pub fn section(b: &Build<'_>) -> Indicators {
    let mut anchors = BTreeMap::new();
    let mut parts = Vec::new();
    for result in &b.results.indicators {
        let Some(indicator) = b.program.indicator(result.indicator) else { continue };
        let anchor = b.anchor(&format!("i-{}", indicator.heading.name));
        anchors.insert(result.indicator, anchor.clone());
        parts.push(one(b, indicator, result, anchor));
    }
    let mut indicators =
        Indicators { section: of_parts(b, "indicators", b.pick("Indicators", "Indicateurs"), parts), anchors };
    let table = all(b, &indicators);
    if let Some(section) = &mut indicators.section {
        section.push(b.table(table));
    }
    indicators
}

/// The word of a facet.
pub fn facet<'a>(b: &Build<'a>, facet: Facet) -> &'a str {
    match facet {
        Facet::Quantitative => b.pick("quantitative", "quantitative"),
        Facet::Qualitative => b.pick("qualitative", "qualitative"),
        Facet::Formative => b.pick("formative", "formative"),
        Facet::Summative => b.pick("summative", "sommative"),
        Facet::Developmental => b.pick("developmental", "évolutive"),
        Facet::Process => b.pick("process", "processus"),
        Facet::Outcome => b.pick("outcome", "résultats"),
        Facet::Impact => b.pick("impact", "incidence"),
        Facet::Economic => b.pick("economic", "économique"),
        Facet::Internal => b.pick("internal", "interne"),
        Facet::External => b.pick("external", "externe"),
        Facet::StageInput => b.pick("inputs", "ressources"),
        Facet::StageActivity => b.pick("activities", "activités"),
        Facet::StageOutput => b.pick("outputs", "extrants"),
        Facet::StageOutcome => b.pick("outcomes", "résultats"),
    }
}

/// How often something is collected.
pub fn frequency<'a>(b: &Build<'a>, of: Frequency) -> &'a str {
    match of {
        Frequency::Once => b.pick("once", "une fois"),
        Frequency::Continuously => b.pick("continuously", "en continu"),
        Frequency::Daily => b.pick("daily", "chaque jour"),
        Frequency::Weekly => b.pick("weekly", "chaque semaine"),
        Frequency::Monthly => b.pick("monthly", "chaque mois"),
        Frequency::Quarterly => b.pick("quarterly", "chaque trimestre"),
        Frequency::Yearly => b.pick("yearly", "chaque année"),
    }
}

/// Why there is no finding.
pub fn nothing<'a>(b: &Build<'a>, why: NoFinding) -> &'a str {
    match why {
        NoFinding::NoData => b.pick("no data were given", "aucune donnée n'a été fournie"),
        NoFinding::NoPeriod => b.pick("no period is over", "aucune période n'est terminée"),
        NoFinding::Withheld => b.pick("withheld", "non publié"),
    }
}

/// The names of an indicator's levels, the best first.
pub fn levels(b: &Build<'_>, indicator: &Indicator) -> Vec<String> {
    match &indicator.rubric {
        Some(rubric) => rubric.headings().map(|heading| level_name(b, heading)).collect(),
        None if indicator.held_to(b.program).is_some() => {
            [("met", "atteinte"), ("near", "proche"), ("missed", "non atteinte")]
                .map(|(english, french)| format!("{} {}", b.pick("target", "cible"), b.pick(english, french)))
                .into()
        }
        None => Vec::new(),
    }
}

/// The sign of a level by its rank, the best first, among so many.
pub const fn level_mark(rank: usize, levels: usize) -> Mark {
    match rank {
        0 => Mark::Good,
        _ if rank + 1 == levels => Mark::Bad,
        _ => Mark::Near,
    }
}

/// Where an indicator stands: in words, and its sign.
pub fn standing(b: &Build<'_>, result: &IndicatorResult) -> (String, Mark) {
    let names = b.program.indicator(result.indicator).map(|indicator| levels(b, indicator)).unwrap_or_default();
    let possible: Vec<&str> =
        result.standing.possible.iter().filter_map(|&rank| names.get(rank).map(String::as_str)).collect();
    match (possible.as_slice(), result.standing.level(), result.standing.because) {
        ([name], Some(rank), _) => ((*name).to_owned(), level_mark(rank, names.len())),
        (_, _, Some(NoStanding::NotJudged)) | ([], ..) => (b.pick("not judged", "non jugé").to_owned(), Mark::Plain),
        (_, _, Some(NoStanding::NoEvidence)) => (b.pick("nothing is known", "on ne sait rien").to_owned(), Mark::Open),
        (several, ..) => {
            (format!("{} {}", b.pick("not known:", "inconnu :"), several.join(b.pick(" or ", " ou "))), Mark::Open)
        }
    }
}

/// The record that an indicator's evidence is of.
fn record_of(b: &Build<'_>, indicator: &Indicator) -> Option<RecordId> {
    match &indicator.evidence {
        Evidence::Measure(id) => b.program.measure(*id).map(|measure| measure.record),
        Evidence::Ratings(ratings) => Some(ratings.record),
        Evidence::Themes(themes) => Some(themes.record),
        Evidence::Documents { record, .. } => Some(*record),
    }
}

/// What was found, in a few words.
fn found(b: &Build<'_>, result: &IndicatorResult) -> String {
    let l = b.language;
    let of_row = |row: &MeasureRow| match value(b, row) {
        Cell::Number(shown, _) | Cell::Absent(shown) => shown,
        Cell::Text(text) => text.plain(),
        _ => String::new(),
    };
    match &result.finding {
        Finding::Nothing(why) => nothing(b, *why).to_owned(),
        Finding::Measure(_, row) => {
            let period = row.period.as_ref().map(|period| format!(" ({})", l.period(period))).unwrap_or_default();
            format!("{}{period}", of_row(row))
        }
        Finding::Documents(_, row) => {
            let unknown = if row.stages.hidden { 0 } else { row.stages.unknown };
            let more = if unknown > 0 {
                format!(", {} {}", l.count(unknown), b.pick("more not known", "de plus inconnus"))
            } else {
                String::new()
            };
            format!("{}{more}", of_row(row))
        }
        Finding::Ratings(ratings) => {
            let answers = answers(b, &ratings.all);
            match median(b, &ratings.all) {
                Some(median) => format!("{answers}, {} {median}", b.pick("median", "médiane")),
                None => answers,
            }
        }
        Finding::Themes(themes) => {
            let answers = answers(b, &themes.all);
            let counts = themes.all.answers.counts();
            let most = counts
                .iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .max_by_key(|(at, count)| (**count, usize::MAX - at));
            match most {
                Some((at, _)) => {
                    format!("{answers}, {} {}", b.pick("most often", "le plus souvent"), code(b, &themes.all, at))
                }
                None => answers,
            }
        }
    }
}

fn answers(b: &Build<'_>, of: &Distribution) -> String {
    b.language.many(of.answers.all(), ("answer", "réponse"), ("answers", "réponses"))
}

fn code(b: &Build<'_>, of: &Distribution, at: usize) -> String {
    let list = b.program.list(of.list);
    list.and_then(|list| list.codes.get(at)).map_or_else(|| "?".to_owned(), |code| titled(&code.heading))
}

fn median(b: &Build<'_>, of: &Distribution) -> Option<String> {
    let median = of.answers.median()?;
    Some(if median.lower == median.upper {
        code(b, of, median.lower)
    } else {
        format!("{} {} {}", code(b, of, median.lower), b.pick("to", "à"), code(b, of, median.upper))
    })
}

/// All indicators with what was found and where they stand.
fn all(b: &Build<'_>, indicators: &Indicators) -> Table {
    let l = b.language;
    let mut table = Table::new(b.pick("indicators", "indicateurs"), b.pick("Indicators", "Indicateurs"), 1);
    table.words(b.pick("Indicator", "Indicateur")).words(b.pick("Found", "Constat"));
    table.words(b.pick("Interval", "Intervalle")).words(b.pick("Stands at", "Niveau"));
    table.words(b.pick("Target", "Cible")).words(b.pick("About", "Porte sur"));
    table.words(b.pick("Evidence", "Données")).words(b.pick("Not known", "Inconnus"));
    for result in &b.results.indicators {
        let Some(indicator) = b.program.indicator(result.indicator) else { continue };
        let (words, mark) = standing(b, result);
        let found = match &result.finding {
            Finding::Nothing(why) => Cell::Absent(nothing(b, *why).to_owned()),
            Finding::Measure(_, row) | Finding::Documents(_, row)
                if !matches!(row.state, RowState::Known | RowState::Bounded) =>
            {
                Cell::Absent(found(b, result))
            }
            _ => Cell::Text(Text::name(found(b, result))),
        };
        let ends = match &result.finding {
            Finding::Measure(_, row) => interval(b, row),
            _ => Cell::Empty,
        };
        let unknown = match &result.finding {
            Finding::Measure(_, row) if !row.stages.hidden => row.stages.unknown + row.not_decided,
            Finding::Ratings(of) => of.all.absent(),
            Finding::Themes(of) => of.all.absent(),
            _ => 0,
        };
        let facets = |kind: FacetKind| indicator.words(kind).map(|word| facet(b, word)).collect::<Vec<_>>().join(", ");
        table.rows.push(vec![
            Cell::Text(indicators.name(b, result.indicator)),
            found,
            ends,
            Cell::Status(mark, words),
            result.target.as_ref().map_or(Cell::Empty, |target| {
                let bound = target_text(b, target);
                match status(b, target) {
                    Cell::Status(mark, words) => Cell::Status(mark, format!("{bound}{} {words}", b.pick(":", " :"))),
                    cell => cell,
                }
            }),
            Cell::from(Text::from(facets(FacetKind::About))),
            Cell::from(Text::from(facets(FacetKind::Data))),
            if unknown == 0 { Cell::Empty } else { Cell::Text(l.count(unknown).into()) },
        ]);
    }
    table.drop_empty();
    table
}

fn one(b: &Build<'_>, indicator: &Indicator, result: &IndicatorResult, anchor: String) -> Section {
    let mut section = Section::new(anchor, Text::name(indicator.heading.shown()));
    section.blocks.extend(indicator.heading.docs.as_deref().map(|docs| Block::Text(Text::name(docs))));
    let (words, mark) = standing(b, result);
    let mut facts: Vec<(Text, Text)> = Vec::new();
    let mut fact = |name: &str, text: Text| facts.push((Text::from(name), text));
    let unit = indicator.unit.as_deref().map(|unit| Text::from(" ").and(Text::name(unit))).unwrap_or_default();
    fact(b.pick("Found", "Constat"), Text::name(found(b, result)).and(unit));
    fact(b.pick("Stands at", "Niveau"), Text::from(format!("{} ", mark.sign())).and(Text::name(words)));
    if let Some(target) = &result.target {
        fact(b.pick("Target", "Cible"), target_text(b, target).into());
    }
    if let Some(higher) = indicator.higher_is_better {
        let better = if higher {
            b.pick("higher is better", "plus c'est haut, mieux c'est")
        } else {
            b.pick("lower is better", "plus c'est bas, mieux c'est")
        };
        fact(b.pick("Direction", "Sens"), better.into());
    }
    let facets = FacetKind::ALL.into_iter().filter_map(|kind| {
        let words: Vec<&str> = indicator.words(kind).map(|word| facet(b, word)).collect();
        let before = match kind {
            FacetKind::About => b.pick("about ", "porte sur : "),
            FacetKind::Stage => b.pick("stage: ", "étape : "),
            FacetKind::Data | FacetKind::Purpose | FacetKind::Conducted => "",
        };
        (!words.is_empty()).then(|| format!("{before}{}", words.join(", ")))
    });
    let facets: Vec<String> = facets.collect();
    if !facets.is_empty() {
        fact(b.pick("Kind", "Genre"), facets.join(" · ").into());
    }
    let from = match &indicator.evidence {
        Evidence::Measure(id) => Text::fill(
            b.pick("the measure “{}”", "la mesure « {} »"),
            [Text::name(b.program.measure(*id).map_or("?", |measure| measure.heading.shown()))],
        ),
        Evidence::Ratings(of) => Text::fill(b.pick("ratings: {}", "cotes : {}"), [b.record_name(of.record)]),
        Evidence::Themes(of) => Text::fill(
            b.pick("themes coded in texts: {}", "thèmes codés dans des textes : {}"),
            [b.record_name(of.record)],
        ),
        Evidence::Documents { record, .. } => {
            Text::fill(b.pick("documents: {}", "documents : {}"), [b.record_name(*record)])
        }
    };
    fact(b.pick("From", "Provenance"), from);
    for (name, text) in [
        (b.pick("Source", "Source"), &indicator.source),
        (b.pick("Responsible", "Responsable"), &indicator.owner),
        (b.pick("Method", "Méthode"), &indicator.method),
    ] {
        if let Some(text) = text {
            fact(name, Text::name(&**text));
        }
    }
    if let Some(of) = indicator.collected {
        fact(b.pick("Collected", "Recueilli"), frequency(b, of).into());
    }
    section.push(Block::Facts(facts));
    if let Some(rubric) = &indicator.rubric {
        let levels = rubric.headings().map(|heading| Text::name(level_name(b, heading)));
        section.push(
            Text::from(b.pick("Levels, the best first: ", "Niveaux, du meilleur au moins bon : "))
                .and(Text::join(levels, "; "))
                .and("."),
        );
    }
    let least = match record_of(b, indicator).map(|record| care(b, record)) {
        Some(Care::AtLeast(least)) => Some(least),
        _ => None,
    };
    match &result.finding {
        Finding::Ratings(found) => {
            distribution(b, &mut section, indicator, &found.all, least, true);
            if found.items.len() > 1 || found.items.iter().any(|item| item.reversed) {
                section.push(b.table(items(b, indicator, found, least)));
            }
            for item in &found.items {
                if let Some(agreed) = &item.agreement {
                    agreement(b, &mut section, indicator, &item.name, agreed);
                }
            }
        }
        Finding::Themes(found) => {
            distribution(b, &mut section, indicator, &found.all, least, false);
            if let Some(agreed) = &found.agreement {
                agreement(b, &mut section, indicator, "", agreed);
            }
        }
        Finding::Measure(..) | Finding::Documents(..) | Finding::Nothing(_) => {}
    }
    b.quote(&mut section, indicator.place);
    section
}

/// Which counts of a distribution may be shown.
fn may_show(of: &Distribution, least: Option<u64>) -> Vec<bool> {
    let counts = of.answers.counts();
    least.map_or_else(|| vec![true; counts.len()], |least| protect(counts, least))
}

/// How often each code was given, as bars and as a table; the highest first where codes are ordered.
fn distribution(
    b: &Build<'_>,
    section: &mut Section,
    indicator: &Indicator,
    of: &Distribution,
    least: Option<u64>,
    ordered: bool,
) {
    let l = b.language;
    let all = of.answers.all();
    if all == 0 {
        return;
    }
    let name = &indicator.heading.name;
    let shown = may_show(of, least);
    let mut order: Vec<usize> = (0..of.answers.counts().len()).collect();
    if ordered {
        order.reverse();
    }
    let mut bars = Vec::new();
    let mut table = Table::new(format!("{name} answers"), b.pick("Answers", "Réponses"), 1);
    table.words(if ordered { b.pick("Answer", "Réponse") } else { b.pick("Theme", "Thème") });
    table.numbers(b.pick("Times", "Fois")).numbers(b.pick("Share", "Part"));
    for at in order {
        let count = of.answers.counts().get(at).copied().unwrap_or(0);
        let label = code(b, of, at);
        if shown.get(at) == Some(&true) {
            let share = l.share(count, all);
            bars.push(Bar {
                label: label.clone(),
                parts: vec![count as f64],
                shown: format!("{} ({share})", l.count(count)),
            });
            let percent = count as f64 / all as f64 * 100.0;
            table.rows.push(vec![Cell::Text(Text::name(label)), b.count(count), Cell::Number(share, percent)]);
        } else {
            let withheld = b.pick("withheld", "non publié");
            bars.push(Bar { label: label.clone(), parts: vec![0.0], shown: withheld.to_owned() });
            let cell = Cell::Absent(withheld.to_owned());
            table.rows.push(vec![Cell::Text(Text::name(label)), cell.clone(), cell]);
        }
    }
    let told: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.label, bar.shown)).collect();
    section.push(Block::Charts(vec![Chart {
        id: b.anchor(&format!("c-{name}")),
        title: Text::name(indicator.heading.shown()).and(b.pick(": answers", " : réponses")),
        told: told.join("; "),
        picture: Picture::Bars(Bars { parts: vec![String::new()], bars }),
        flagged: Vec::new(),
        remarks: Vec::new(),
        table: Some(b.cut(table)),
    }]));
    if of.absent() > 0 && least.is_none() {
        let mut parts: Vec<String> =
            of.missing.iter().map(|(reason, count)| format!("{} {}", l.count(*count), l.reason(*reason))).collect();
        if of.errors > 0 {
            parts.push(format!("{} {}", l.count(of.errors), b.pick("in error", "en erreur")));
        }
        section.push(Text::from(b.pick("Not given: ", "Sans réponse : ")).and(parts.join(", ")).and("."));
    }
}

/// The items of ratings, each as it was answered.
fn items(
    b: &Build<'_>,
    indicator: &Indicator,
    found: &assize::measures::evaluation::RatingsFinding,
    least: Option<u64>,
) -> Table {
    let name = &indicator.heading.name;
    let mut table = Table::new(
        format!("{name} items"),
        b.pick("Items, as they were answered", "Questions, telles que répondues"),
        1,
    );
    table.words(b.pick("Item", "Question")).words(b.pick("Scale", "Échelle"));
    let codes = found.all.answers.counts().len();
    for at in (0..codes).rev() {
        table.numbers(Text::name(code(b, &found.all, at)));
    }
    table.words(b.pick("Median", "Médiane")).numbers(b.pick("Not given", "Sans réponse"));
    for item in &found.items {
        let shown = may_show(&item.distribution, least);
        let scale = if item.reversed { b.pick("reversed", "inversée") } else { "" };
        // Items of one scale share the title of their codes, so that theirs is the field's own.
        let declared = record_of(b, indicator).and_then(|record| b.program.record(record));
        let field = declared.and_then(|record| record.fields.get(record.field(&item.name)?.index()));
        let title = field.and_then(|field| field.heading.title.as_deref()).map(str::to_owned);
        let name = Text::name(title.unwrap_or_else(|| readable(&item.name)));
        let mut cells = vec![Cell::Text(name), Cell::from(Text::from(scale))];
        for at in (0..codes).rev() {
            let count = item.distribution.answers.counts().get(at).copied().unwrap_or(0);
            cells.push(if shown.get(at) == Some(&true) {
                b.count(count)
            } else {
                Cell::Absent(b.pick("withheld", "non publié").to_owned())
            });
        }
        cells.push(median(b, &item.distribution).map_or(Cell::Empty, |median| Cell::Text(Text::name(median))));
        cells.push(if least.is_none() { b.some(item.distribution.absent()) } else { Cell::Empty });
        table.rows.push(cells);
    }
    table.drop_empty();
    table
}

/// How far those who rated agree.
fn agreement(b: &Build<'_>, section: &mut Section, indicator: &Indicator, item: &str, agreed: &Agreed) {
    let l = b.language;
    let words = b.pick("Agreement{}: {} raters, {} things rated.", "Accord{} : {} évaluateurs, {} objets cotés.");
    let of = if item.is_empty() { Text::default() } else { Text::from(" (").and(Text::name(item)).and(")") };
    section.push(Text::fill(words, [of, l.count(agreed.raters).into(), l.count(agreed.subjects).into()]));
    let coefficients = match &agreed.coefficients {
        Ok(coefficients) => coefficients,
        Err(RatingsError::RatedTwice { .. }) => {
            section.push(Block::Note(Text::from(b.pick(
                "Somebody rated one thing more than once, so that there is no coefficient of agreement.",
                "Quelqu'un a coté une même chose plus d'une fois : il n'y a pas de coefficient d'accord.",
            ))));
            return;
        }
        Err(RatingsError::NotACategory { .. } | RatingsError::TooMany) => {
            section.push(Block::Note(Text::from(b.pick(
                "There is no coefficient of agreement of these ratings.",
                "Il n'y a pas de coefficient d'accord pour ces cotes.",
            ))));
            return;
        }
    };
    let mut table = Table::new(
        format!("{} agreement {item}", indicator.heading.name),
        b.pick("Agreement of raters", "Accord entre évaluateurs"),
        1,
    );
    table.words(b.pick("Coefficient", "Coefficient")).numbers(b.pick("Value", "Valeur"));
    table.numbers(b.pick("Things rated", "Objets cotés")).numbers(b.pick("Ratings", "Cotes"));
    for (name, found) in coefficients {
        let value = match found.value {
            Ok(value) => Cell::Number(l.float(value, 3), value),
            Err(why) => Cell::Absent(no_agreement(b, why).to_owned()),
        };
        table.rows.push(vec![
            Cell::Text(coefficient(b, *name).into()),
            value,
            b.count(found.units),
            b.count(found.ratings),
        ]);
    }
    section.push(b.table(table));
}

fn coefficient<'a>(b: &Build<'a>, of: Coefficient) -> &'a str {
    match of {
        Coefficient::Cohen(Weights::Plain) => b.pick("Cohen's kappa", "kappa de Cohen"),
        Coefficient::Cohen(Weights::Linear) => {
            b.pick("Cohen's kappa, linear weights", "kappa de Cohen, poids linéaires")
        }
        Coefficient::Cohen(Weights::Quadratic) => {
            b.pick("Cohen's kappa, quadratic weights", "kappa de Cohen, poids quadratiques")
        }
        Coefficient::Fleiss => b.pick("Fleiss' kappa", "kappa de Fleiss"),
        Coefficient::Krippendorff(Metric::Nominal) => {
            b.pick("Krippendorff's alpha, nominal", "alpha de Krippendorff, nominal")
        }
        Coefficient::Krippendorff(Metric::Ordinal) => {
            b.pick("Krippendorff's alpha, ordinal", "alpha de Krippendorff, ordinal")
        }
        Coefficient::Krippendorff(Metric::Interval) => {
            b.pick("Krippendorff's alpha, interval", "alpha de Krippendorff, par intervalles")
        }
    }
}

fn no_agreement<'a>(b: &Build<'a>, why: NoAgreement) -> &'a str {
    match why {
        NoAgreement::NoRatings => b.pick("nothing was rated", "rien n'a été coté"),
        NoAgreement::OneRater => b.pick("one rater only", "un seul évaluateur"),
        NoAgreement::NothingRatedTwice => b.pick("nothing rated twice", "rien de coté deux fois"),
        NoAgreement::NoVariation => b.pick("everything rated alike", "tout a reçu la même cote"),
        NoAgreement::NotTwoRaters => b.pick("not two raters", "pas deux évaluateurs"),
        NoAgreement::UnequalRatings => b.pick("not rated equally often", "pas coté également souvent"),
    }
}
