//! The words of a report in English and French: labels, numbers, dates. What rules and data say stays as it is.

use assize::measures::{Flag, LeftOut, NoChange, NoStatus, PeriodOfRow, RowState, TargetWord, Withheld};
use assize::model::absence::Reason;
use assize::model::civil::Date;
use assize::model::decimal::Decimal;
use assize::model::measure::{
    Approximation, ChartKind, Confidence, IntervalMethod, Measure, MeasureForm, Precision, Signal,
};
use assize::model::period::Period;
use assize::model::program::{Program, State};

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English, with a decimal point.
    English,
    /// French, with a decimal comma.
    French,
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "janvier"),
    ("February", "février"),
    ("March", "mars"),
    ("April", "avril"),
    ("May", "mai"),
    ("June", "juin"),
    ("July", "juillet"),
    ("August", "août"),
    ("September", "septembre"),
    ("October", "octobre"),
    ("November", "novembre"),
    ("December", "décembre"),
];

impl Language {
    /// That of a ruleset's `language`: French of `fr`, `fr-CA`, `French` or `français`, else English.
    pub fn of(stated: Option<&str>) -> Self {
        let stated = stated.unwrap_or("").trim().to_lowercase();
        let first = stated.split(['-', '_', ' ', ',', ';']).next().unwrap_or("");
        if matches!(first, "fr" | "fra" | "fre" | "french" | "français" | "francais") {
            Self::French
        } else {
            Self::English
        }
    }

    /// Its tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The one of two.
    pub const fn pick<'a>(self, english: &'a str, french: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::French => french,
        }
    }

    /// A number out of digits with a point: thousands apart, and the language's decimal sign.
    pub fn number(self, digits: &str) -> String {
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => ("\u{2212}", digits),
            None => ("", digits),
        };
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
        if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
            return format!("{sign}{digits}");
        }
        let mut out = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push_str(self.pick(",", "\u{a0}"));
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push_str(self.pick(".", ","));
            out.push_str(fraction);
        }
        out
    }

    /// A count.
    pub fn count(self, count: u64) -> String {
        self.number(&count.to_string())
    }

    /// An exact decimal.
    pub fn decimal(self, value: Decimal) -> String {
        self.number(&value.normalized().to_string())
    }

    /// A measured number with so many places.
    pub fn float(self, value: f64, places: usize) -> String {
        let shown = format!("{value:.places$}");
        // Minus nothing is nothing.
        let nothing = shown.strip_prefix('-').filter(|rest| rest.bytes().all(|byte| matches!(byte, b'0' | b'.')));
        self.number(nothing.unwrap_or(&shown))
    }

    /// A number of percent.
    pub fn percent(self, digits: &str) -> String {
        format!("{}{}", self.number(digits), self.pick("%", "\u{a0}%"))
    }

    /// A part of a whole in percent.
    pub fn share(self, part: u64, whole: u64) -> String {
        if whole == 0 {
            return String::new();
        }
        // Half up, out of whole numbers.
        let tenths = (u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2);
        self.percent(&format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// An interval between two shown numbers.
    pub fn between(self, low: &str, high: &str) -> String {
        format!("{} {} {}", self.number(low), self.pick("to", "à"), self.number(high))
    }

    /// A date in words.
    pub fn date(self, date: Date) -> String {
        let month = MONTHS.get(date.month() as usize - 1).map_or("", |(english, french)| self.pick(english, french));
        let day = match (self, date.day()) {
            (Self::French, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        };
        format!("{day} {month} {}", date.year())
    }

    /// Between two dates.
    pub fn span(self, from: Date, to: Date) -> String {
        match self {
            Self::English => format!("{} to {}", self.date(from), self.date(to)),
            Self::French => format!("du {} au {}", self.date(from), self.date(to)),
        }
    }

    /// `1 record`, `2 records`, with the word as it is given.
    pub fn many<'a>(self, count: u64, one: (&'a str, &'a str), more: (&'a str, &'a str)) -> String {
        // French has the plural from 2 on, English all but 1.
        let single = match self {
            Self::English => count == 1,
            Self::French => count < 2,
        };
        let (english, french) = if single { one } else { more };
        format!("{} {}", self.count(count), self.pick(english, french))
    }

    /// Why a value is missing.
    pub const fn reason(self, reason: Reason) -> &'static str {
        match reason {
            Reason::Unknown => self.pick("not known", "inconnu"),
            Reason::NotAnswered => self.pick("not answered", "sans réponse"),
            Reason::NotApplicable => self.pick("not applicable", "sans objet"),
            Reason::NotCollected => self.pick("not collected", "non recueilli"),
            Reason::Withheld => self.pick("withheld", "non communiqué"),
        }
    }

    /// How certain the outcome of a category is.
    pub const fn state(self, state: State) -> &'static str {
        match state {
            State::Decided => self.pick("decided", "établi"),
            State::Provisional => self.pick("provisional", "provisoire"),
            State::Undetermined => self.pick("undetermined", "indéterminé"),
            State::NotApplicable => self.pick("not applicable", "sans objet"),
            State::Error => self.pick("in error", "en erreur"),
        }
    }

    /// Why a row has no single value.
    pub const fn row_state(self, state: RowState) -> &'static str {
        match state {
            RowState::Known => "",
            RowState::Undefined => self.pick("not defined", "non défini"),
            RowState::Empty => self.pick("none", "aucun"),
            RowState::Bounded => self.pick("between bounds", "entre des bornes"),
            RowState::Withheld(Withheld::Few) => self.pick("withheld (few)", "non publié (peu)"),
            RowState::Withheld(_) => self.pick("withheld", "non publié"),
            RowState::NoStandard => self.pick("no standard", "sans étalon"),
            RowState::Error(_) => self.pick("in error", "en erreur"),
        }
    }

    /// What a row without a single value means, in a sentence.
    pub const fn row_state_meant(self, state: RowState) -> &'static str {
        match state {
            RowState::Known => "",
            RowState::Undefined => self.pick(
                "not defined: there was nothing to divide by, or nothing to take a mean of",
                "non défini : il n'y avait rien par quoi diviser, ou rien dont tirer une moyenne",
            ),
            RowState::Empty => self.pick(
                "none: a period between others in which nothing was counted",
                "aucun : une période, entre d'autres, pendant laquelle rien n'a été compté",
            ),
            RowState::Bounded => self.pick(
                "some of what was summed is only known to lie between two ends, and so is the result",
                "une partie de ce qui est additionné n'est connue qu'entre deux bornes ; le résultat aussi",
            ),
            RowState::Withheld(Withheld::Few) => self.pick(
                "withheld (few): too few events for a standardised rate to mean anything",
                "non publié (peu) : trop peu d'événements pour qu'un taux standardisé ait un sens",
            ),
            RowState::Withheld(Withheld::Source) => self.pick(
                "withheld: it is worked out of numbers that are withheld",
                "non publié : il est calculé à partir de nombres qui ne sont pas publiés",
            ),
            RowState::Withheld(Withheld::Suppressed) => self.pick(
                "withheld: it is of few records, or such a number could be worked out with it; which of the two is not told",
                "non publié : il porte sur peu de dossiers, ou permettrait d'en retrouver un tel ; on ne dit pas lequel des deux",
            ),
            RowState::NoStandard => self.pick(
                "no standard: some of what was counted is in a stratum that the standard does not have",
                "sans étalon : une partie de ce qui est compté se trouve dans une strate absente de l'étalon",
            ),
            RowState::Error(_) => self.pick(
                "in error: the number does not fit, or a value could not be worked out",
                "en erreur : le nombre est trop grand, ou une valeur n'a pu être calculée",
            ),
        }
    }

    /// How a value stands to its target.
    pub const fn target(self, word: TargetWord) -> &'static str {
        match word {
            TargetWord::Met => self.pick("met", "atteinte"),
            TargetWord::Near => self.pick("near", "proche"),
            TargetWord::Missed => self.pick("missed", "non atteinte"),
            TargetWord::NotKnown => self.pick("not known", "inconnu"),
        }
    }

    /// Why nobody can say whether a target is reached.
    pub const fn no_status(self, why: NoStatus) -> &'static str {
        match why {
            NoStatus::NoValue => self.pick("no value", "pas de valeur"),
            NoStatus::Withheld => self.pick("withheld", "non publié"),
            NoStatus::NoPeriod => self.pick("no period", "pas de période"),
            NoStatus::NoBaseline => self.pick("no baseline", "pas de valeur de départ"),
            NoStatus::Error => self.pick("in error", "en erreur"),
        }
    }

    /// Why there is no percent change.
    pub const fn no_change(self, why: NoChange) -> &'static str {
        match why {
            NoChange::NoPeriod => self.pick("no period", "pas de période"),
            NoChange::NotBegun => self.pick("not begun", "non commencée"),
            NoChange::NotOver => self.pick("not over", "non terminée"),
            NoChange::NotThere => self.pick("nothing to compare with", "rien à comparer"),
            NoChange::NoValue | NoChange::NoValueThere => self.pick("no value", "pas de valeur"),
            NoChange::Withheld => self.pick("withheld", "non publié"),
            NoChange::FromZero => self.pick("from zero", "à partir de zéro"),
            NoChange::FromNegative => self.pick("from below zero", "à partir d'un négatif"),
            NoChange::Error => self.pick("in error", "en erreur"),
        }
    }

    /// Why the limits of a chart do not take in a point.
    pub const fn left_out(self, why: LeftOut) -> &'static str {
        match why {
            LeftOut::NoValue => self.pick("no value", "pas de valeur"),
            LeftOut::Withheld => self.pick("withheld", "non publié"),
            LeftOut::NotOver => self.pick("period not over", "période non terminée"),
            LeftOut::Without => self.pick("left out by the rules", "écarté par les règles"),
            LeftOut::Frozen => self.pick("after the limits were frozen", "après le gel des limites"),
            LeftOut::NoPlace => self.pick("place not known", "lieu inconnu"),
        }
    }

    /// Why a point is flagged.
    pub fn flag(self, flag: Flag) -> String {
        let Flag { signal, up, points } = flag;
        if self == Self::English {
            return flag.words();
        }
        let side = if up { "au-dessus" } else { "au-dessous" };
        let limit = if up { "supérieure" } else { "inférieure" };
        match signal {
            Signal::Shewhart => format!("{side} de la limite {limit}"),
            Signal::Runs(_) => format!("{points} points de suite {side} du centre"),
            Signal::Trends(_) => format!("{points} points de suite {}", if up { "en hausse" } else { "en baisse" }),
            Signal::NearLimit => format!("2 points sur 3 près de la limite {limit}"),
            Signal::Crossings => format!("dans une plus longue suite de {points} points {side} du centre"),
        }
    }

    /// The kind of a chart.
    pub const fn chart(self, kind: ChartKind) -> &'static str {
        match kind {
            ChartKind::Run => self.pick("run chart", "carte séquentielle"),
            ChartKind::Xmr => self.pick("XmR chart", "carte XmR"),
            ChartKind::P => self.pick("p chart", "carte p"),
            ChartKind::U => self.pick("u chart", "carte u"),
            ChartKind::C => self.pick("c chart", "carte c"),
            ChartKind::Funnel => self.pick("funnel", "graphique en entonnoir"),
        }
    }

    /// What the centre line of a chart is.
    pub const fn centre(self, kind: ChartKind) -> &'static str {
        match kind {
            ChartKind::Run => self.pick("median", "médiane"),
            ChartKind::Xmr | ChartKind::C => self.pick("mean", "moyenne"),
            ChartKind::P | ChartKind::U | ChartKind::Funnel => self.pick("overall", "ensemble"),
        }
    }

    /// A level of limits, as the engine names it.
    pub fn level(self, level: &str) -> String {
        match (level.strip_suffix('%'), level.strip_suffix(" sigma")) {
            (Some(digits), _) => self.percent(digits),
            (_, Some(digits)) => format!("{} sigma", self.number(digits)),
            _ => level.to_owned(),
        }
    }

    /// An interval's method and level.
    pub fn interval(self, interval: Confidence) -> String {
        let level = match interval.level.mul(Decimal::from_i64(100)) {
            Ok(percent) => self.percent(&percent.normalized().to_string()),
            Err(_) => self.decimal(interval.level),
        };
        let method = match interval.method {
            IntervalMethod::Wilson => "Wilson",
            IntervalMethod::Byar => "Byar",
            IntervalMethod::Exact => self.pick("exact", "exact"),
            IntervalMethod::T => self.pick("Student's t", "t de Student"),
        };
        format!("{level} ({method})")
    }

    /// What the value of a measure is, in few words.
    pub fn short_form(self, program: &Program, measure: &Measure) -> String {
        match &measure.form {
            MeasureForm::Formula(_) => self.pick("formula", "formule").to_owned(),
            MeasureForm::Standardised(_) => self.pick("standardised rate", "taux standardisé").to_owned(),
            _ => self.form(program, measure),
        }
    }

    /// What the value of a measure is.
    pub fn form(self, program: &Program, measure: &Measure) -> String {
        match &measure.form {
            MeasureForm::Count => self.pick("count", "nombre").to_owned(),
            MeasureForm::Distinct { precision: Precision::Exact, .. } => {
                self.pick("number of different values", "nombre de valeurs différentes").to_owned()
            }
            MeasureForm::Distinct { precision: Precision::Approximate, .. } => {
                let words =
                    self.pick("approximate number of different values", "nombre approché de valeurs différentes");
                words.to_owned()
            }
            MeasureForm::Rate { per } => format!("{} {}", self.pick("rate per", "taux pour"), self.decimal(*per)),
            MeasureForm::Ratio => self.pick("ratio", "rapport").to_owned(),
            MeasureForm::Sum(_) => self.pick("sum", "somme").to_owned(),
            MeasureForm::Mean(_) => self.pick("mean", "moyenne").to_owned(),
            MeasureForm::Quantile { precision, share, .. } => {
                let near = *precision == Precision::Approximate;
                let median = self.pick("median", "médiane").to_owned();
                let rank = share.mul(Decimal::from_i64(100)).unwrap_or(*share);
                match (rank == Decimal::from_i64(50), near, self) {
                    (true, false, _) => median,
                    (true, true, Self::English) => format!("approximate {median}"),
                    (true, true, Self::French) => format!("{median} approchée"),
                    (false, false, _) => format!("percentile {}", self.decimal(rank)),
                    (false, true, Self::English) => format!("approximate percentile {}", self.decimal(rank)),
                    (false, true, Self::French) => format!("percentile {} approché", self.decimal(rank)),
                }
            }
            MeasureForm::Standardised(of) => {
                let strata: Vec<&str> = of.strata.iter().map(|by| &*by.name).collect();
                let words = match (self, of.indirect) {
                    (Self::English, false) => "standardised rate per",
                    (Self::English, true) => "indirectly standardised rate per",
                    (Self::French, false) => "taux standardisé pour",
                    (Self::French, true) => "taux standardisé indirectement pour",
                };
                format!("{words} {}, {} {}", self.decimal(of.per), self.pick("by", "selon"), strata.join(", "))
            }
            MeasureForm::Formula(formula) => {
                format!("{} {}", self.pick("formula of", "formule de"), formula.shown(program))
            }
        }
    }

    /// How far values may be from the exact ones, as a sentence.
    pub fn approximation(self, program: &Program, of: &Approximation) -> String {
        let percent =
            |share: Decimal| self.percent(&share.mul(Decimal::from_i64(100)).unwrap_or(share).normalized().to_string());
        match of {
            Approximation::Within(share) => {
                let words = self.pick("Values are within {} of the exact ones.", "Les valeurs sont à {} près.");
                words.replace("{}", &percent(*share))
            }
            Approximation::StandardError(share, exact) => {
                let words = self.pick(
                    "Numbers of different values are estimated, with a standard error of {}; up to [] they are exact.",
                    "Les nombres de valeurs différentes sont estimés, avec une erreur type de {} ; jusqu'à [] ils sont exacts.",
                );
                words.replace("{}", &percent(*share)).replace("[]", &self.count(*exact as u64))
            }
            Approximation::Of(measures) => {
                let shown = |&id| program.measure(id).map(|measure| measure.heading.shown());
                let names: Vec<&str> = measures.iter().filter_map(shown).collect();
                let words = self.pick("Approximate, as it is worked out of: {}.", "Approché, car calculé de : {}.");
                words.replace("{}", &names.join(", "))
            }
        }
    }

    /// What the periods of a measure are.
    pub fn every(self, period: Period) -> String {
        match period {
            Period::Month => self.pick("by month", "par mois").to_owned(),
            Period::Quarter => self.pick("by quarter", "par trimestre").to_owned(),
            Period::Year => self.pick("by year", "par année").to_owned(),
            Period::FiscalYear { .. } => self.pick("by fiscal year", "par exercice").to_owned(),
            Period::Rolling { months } => {
                format!("{} {months} {}", self.pick("over rolling", "sur"), self.pick("months", "mois glissants"))
            }
        }
    }

    /// What a period is called.
    pub fn period(self, period: &PeriodOfRow) -> String {
        match period {
            PeriodOfRow::Span { label, .. } => self.label(label),
            PeriodOfRow::Missing(reason) => format!("({})", self.reason(*reason)),
            PeriodOfRow::Error => format!("({})", self.pick("in error", "en erreur")),
        }
    }

    /// The label of a period: of months that roll with a word between, of quarters with the language's letter.
    pub fn label(self, label: &str) -> String {
        let label = label.replace("..", self.pick(" to ", " à "));
        match self {
            Self::English => label,
            Self::French => label.replace("-Q", "-T"),
        }
    }

    /// What a code of a fault in the data means.
    pub fn fault(self, code: &str) -> &'static str {
        let english = || {
            let all = assize::model::read::CODES.iter().chain(assize::io::codes::CODES);
            all.into_iter().find(|(of, _)| *of == code).map_or("", |(_, what)| *what)
        };
        if self == Self::English {
            return english();
        }
        match code {
            "D0101" => "pas un booléen",
            "D0102" => "pas une date",
            "D0103" => "pas un nombre entier",
            "D0104" => "un entier de plus de 64 bits",
            "D0105" => "pas un nombre décimal",
            "D0106" => "un décimal de plus de 28 chiffres ou décimales",
            "D0107" => "pas une heure",
            "D0108" => "pas une date avec heure",
            "D0109" => "une date et une heure locales sans fuseau horaire déclaré",
            "D0110" => "pas une durée",
            "D0111" => "pas un intervalle",
            "D0112" => "un intervalle dont le bas dépasse le haut",
            "D0120" => "un texte qui n'est aucun des codes",
            "D0121" => "une valeur obligatoire est absente",
            "D0122" => "deux dossiers ont la même clé",
            "D0123" => "la clé est absente",
            "D0124" => "un dossier rattaché dont le dossier principal manque",
            "D0125" => "une ligne qui a plus ou moins de cellules que de colonnes",
            "D0126" => "un texte qui n'est pas en UTF-8",
            "D0127" => "une colonne ou une valeur d'un type que le champ ne peut recevoir",
            "D0128" => "une valeur trop longue",
            "D0129" => "un guillemet jamais fermé",
            "D0130" => "du texte après un guillemet fermant",
            "D0131" => "une ligne qui n'est pas un objet JSON",
            "D0132" => "une raison d'absence qui n'est pas du langage",
            "D0133" => "à la fois une valeur et une raison d'absence",
            "D0134" => "un objet JSON qui a deux fois le même membre",
            "D0135" => "un dossier imbriqué qui nomme un autre dossier principal",
            "D0136" => "un décimal qui ne tient pas à côté des autres de sa colonne",
            "D0137" => "un jugement sans sa raison, sa date ou son auteur",
            _ => english(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_sign_of_their_language() {
        let (en, fr) = (Language::English, Language::French);
        for (digits, english, french) in [
            ("0", "0", "0"),
            ("1460", "1,460", "1\u{a0}460"),
            ("-1234567.50", "\u{2212}1,234,567.50", "\u{2212}1\u{a0}234\u{a0}567,50"),
            ("12.5", "12.5", "12,5"),
            ("inf", "inf", "inf"),
        ] {
            assert_eq!((en.number(digits).as_str(), fr.number(digits).as_str()), (english, french));
        }
        assert_eq!((en.float(-0.04, 1), fr.float(2.25, 2)), ("0.0".to_owned(), "2,25".to_owned()));
        assert_eq!(
            (en.share(1, 3), fr.share(1, 2000), en.share(1, 0)),
            ("33.3%".into(), "0,1\u{a0}%".into(), String::new())
        );
    }

    #[test]
    fn dates_and_plurals() {
        let day = |text: &str| Date::parse(text).unwrap();
        assert_eq!(Language::English.date(day("2026-06-01")), "1 June 2026");
        assert_eq!(Language::French.date(day("2026-06-01")), "1er juin 2026");
        assert_eq!(
            Language::French.span(day("2025-01-02"), day("2025-12-31")),
            "du 2 janvier 2025 au 31 décembre 2025"
        );
        let rows = |language: Language, count| language.many(count, ("row", "ligne"), ("rows", "lignes"));
        assert_eq!(
            (rows(Language::English, 0), rows(Language::French, 0)),
            ("0 rows".to_owned(), "0 ligne".to_owned())
        );
    }

    #[test]
    fn the_ruleset_says_which() {
        for (stated, language) in [
            (None, Language::English),
            (Some("en-CA"), Language::English),
            (Some("fr"), Language::French),
            (Some("FR-ca"), Language::French),
            (Some("Français"), Language::French),
            (Some("fro"), Language::English),
        ] {
            assert_eq!(Language::of(stated), language, "{stated:?}");
        }
    }

    #[test]
    fn every_fault_has_words_in_both() {
        for (code, what) in assize::model::read::CODES.iter().chain(assize::io::codes::CODES) {
            assert!(!what.is_empty());
            assert_ne!(Language::French.fault(code), *what, "{code} has no French");
        }
    }
}
