//! What is withheld or rounded and why, and the care that category counts are taken with.

use super::build::Build;
use super::document::{Block, Cell, Section, Table, Text};
use super::measures::withheld;
use assize::measures::disclosure::is_withheld_from;
use assize::model::evaluation::Evidence;
use assize::model::ids::RecordId;
use assize::model::measure::Amount;

/// How counts of a record's categories are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Care {
    /// As they are.
    None,
    /// Those below this are withheld, and others with them.
    AtLeast(u64),
    /// Not at all: this measure withholds counts of the same records, and tables that were not protected together give
    /// each other away.
    Hidden(String),
}

/// The care for the categories of a record.
pub fn care(b: &Build<'_>, record: RecordId) -> Care {
    let withholding = b.program.measures.iter().find(|measure| measure.record == record && measure.suppress.is_some());
    if let Some(measure) = withholding {
        return Care::Hidden(measure.heading.shown().to_owned());
    }
    match b.program.releases.iter().map(|release| release.at_least).max() {
        Some(least) if least > 1 => Care::AtLeast(least),
        _ => Care::None,
    }
}

/// Which of the parts of a known total may be shown: none below `least` but 0, and so many others withheld that those
/// withheld are two or more and together at least `least`.
pub fn protect(parts: &[u64], least: u64) -> Vec<bool> {
    let mut shown: Vec<bool> = parts.iter().map(|&count| count == 0 || count >= least).collect();
    loop {
        let withheld = || parts.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(&count, _)| count);
        let (number, sum) = (withheld().count(), withheld().sum::<u64>());
        if number == 0 || (number >= 2 && sum >= least.saturating_mul(2)) {
            return shown;
        }
        // The least that is shown; of none but zeros, a zero, so that nobody can tell which it is.
        let next = (0..parts.len())
            .filter(|&at| shown.get(at) == Some(&true))
            .min_by_key(|&at| parts.get(at).map_or((true, 0), |&count| (count == 0, count)));
        match next.and_then(|at| shown.get_mut(at)) {
            Some(next) => *next = false,
            None => return shown,
        }
    }
}

/// The notes on what is not published.
pub fn section(b: &Build<'_>) -> Section {
    let l = b.language;
    let mut section = Section::new(b.anchor("disclosure"), b.pick("What is not published", "Ce qui n'est pas publié"));
    section.push(Text::from(b.pick(
        "This report has counts, rates and other aggregates only; no person, record or cell of the data is listed in it.",
        "Ce rapport ne contient que des nombres, des taux et d'autres agrégats ; aucune personne, aucun dossier ni aucune cellule des données n'y figure.",
    )));
    let mut table = Table::new(
        b.pick("disclosure", "publication"),
        b.pick(
            "Measures whose numbers are withheld or rounded",
            "Mesures dont les nombres ne sont pas publiés ou sont arrondis",
        ),
        1,
    );
    table.words(b.pick("Measure", "Mesure")).words(b.pick("Small numbers", "Petits nombres"));
    table.words(b.pick("Rounding", "Arrondi")).numbers(b.pick("Rows withheld", "Lignes non publiées"));
    let amount = |amount: Amount| {
        amount.value(&b.results.params).map_or_else(|| amount.shown(b.program), |value| l.decimal(value))
    };
    for (id, result) in &b.results.measures {
        let Some(measure) = b.program.measure(*id) else { continue };
        let rows = withheld(result);
        let linked = measure.suppress.is_none() && is_withheld_from(b.program, *id);
        if measure.suppress.is_none() && measure.round.is_none() && rows == 0 && !linked {
            continue;
        }
        let small = match measure.suppress {
            Some(below) => format!("{} {}", b.pick("withheld below", "non publiés au-dessous de"), amount(below)),
            None if linked => b
                .pick(
                    "withheld with another measure of the same records",
                    "non publiés avec une autre mesure des mêmes dossiers",
                )
                .to_owned(),
            None => String::new(),
        };
        let round = measure.round.as_ref().map(|round| {
            let to = format!("{} {}", b.pick("to", "à"), l.count(round.to.into()));
            let seeded = if round.seed.is_some() {
                b.pick(", by chance", ", au hasard")
            } else {
                b.pick(", to the nearest", ", au plus proche")
            };
            let controlled = if round.controlled { b.pick(", totals kept", ", totaux conservés") } else { "" };
            format!("{to}{seeded}{controlled}")
        });
        table.rows.push(vec![
            Cell::Text(Text::name(measure.heading.shown())),
            Cell::from(Text::from(small)),
            Cell::from(Text::from(round.unwrap_or_default())),
            b.some(rows as u64),
        ]);
    }
    if table.rows.is_empty() {
        section.push(Text::from(b.pick(
            "No measure withholds or rounds its numbers: every count in this report is as it was counted.",
            "Aucune mesure ne retient ni n'arrondit ses nombres : tous les nombres de ce rapport sont tels qu'ils ont été comptés.",
        )));
    } else {
        table.drop_empty();
        section.push(b.table(table));
        section.push(Text::from(b.pick(
            "A withheld number is of few records, or such a number could be worked out with it; which of the two is not told. It is not zero.",
            "Un nombre non publié porte sur peu de dossiers, ou permettrait d'en retrouver un tel ; on ne dit pas lequel des deux. Ce n'est pas zéro.",
        )));
    }
    if !b.results.categories.is_empty() || told(b).next().is_some() {
        section.push(categories(b));
    }
    section
}

/// The care for ratings and themes; what a measure withholds of the same records is withheld of them by the engine.
fn told(b: &Build<'_>) -> impl Iterator<Item = Care> {
    let indicators = b.results.indicators.iter().filter_map(|result| b.program.indicator(result.indicator));
    let records = indicators.filter_map(|indicator| match &indicator.evidence {
        Evidence::Ratings(ratings) => Some(ratings.record),
        Evidence::Themes(themes) => Some(themes.record),
        Evidence::Measure(_) | Evidence::Documents { .. } => None,
    });
    records.map(|record| care(b, record)).filter(|care| !matches!(care, Care::Hidden(_)))
}

/// What is done about counts of categories, ratings and themes.
fn categories(b: &Build<'_>) -> Block {
    let l = b.language;
    let categories = b.results.categories.iter().filter_map(|results| b.program.category(results.category));
    let mut cares: Vec<Care> = Vec::new();
    for care in categories.map(|category| care(b, category.record)).chain(told(b)) {
        if !cares.contains(&care) {
            cares.push(care);
        }
    }
    let text = |care: &Care| {
        match care {
        Care::None => Text::fill(b.pick(
            "Counts of categories, ratings and themes are shown as they are: the rules state no least number for them ({}). Look at small ones before passing this report on.",
            "Les nombres des catégories, des cotes et des thèmes sont donnés tels quels : les règles n'en fixent pas de minimum ({}). Examinez les plus petits avant de transmettre ce rapport.",
        ), [Text::code("release aggregates of at least …")]),
        Care::AtLeast(least) => Text::fill(
            b.pick(
                "Counts of categories, ratings and themes below {} are withheld, and others with them so that none can be worked out.",
                "Les nombres des catégories, des cotes et des thèmes inférieurs à {} ne sont pas publiés, et d'autres avec eux pour qu'on ne puisse les retrouver.",
            ),
            [l.count(*least).into()],
        ),
        Care::Hidden(measure) => Text::fill(
            b.pick(
                "Counts of the categories of some records are not shown, since “{}” withholds small numbers of the same records.",
                "Les nombres des catégories de certains dossiers ne sont pas donnés, car « {} » ne publie pas les petits nombres des mêmes dossiers.",
            ),
            [Text::name(&**measure)],
        ),
    }
    };
    Block::List(cares.iter().map(text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_single_part_can_be_worked_out() {
        for (parts, expected) in [
            (vec![20, 30, 50], vec![true, true, true]),
            (vec![3, 30, 50], vec![false, false, true]),
            (vec![3, 2, 50], vec![false, false, false]),
            (vec![0, 3, 50, 60], vec![true, false, false, true]),
            (vec![9, 9, 9, 100], vec![false, false, false, true]),
            (vec![0, 0, 3], vec![false, false, false]),
            (vec![], vec![]),
        ] {
            assert_eq!(protect(&parts, 10), expected, "{parts:?}");
        }
    }
}
