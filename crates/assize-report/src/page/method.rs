//! How the report was made: the rules, their version and hash, the date, the parameters, and how to read the charts.

use super::build::Build;
use super::document::{Block, Cell, Section, Table, Text};
use assize::model::measure::ChartKind;
use assize::{Results, Shown};

/// The method, and where everything comes from.
pub fn section(b: &Build<'_>) -> Section {
    let (l, ruleset) = (b.language, &b.program.ruleset);
    let mut section = Section::new(b.anchor("method"), b.pick("Method and provenance", "Méthode et provenance"));
    let mut facts: Vec<(Text, Text)> = Vec::new();
    let mut fact = |name: &str, what: Text| facts.push((Text::from(name), what));
    fact(b.pick("Rules", "Règles"), Text::code(&*ruleset.heading.name));
    fact(b.pick("Version", "Version"), Text::name(&*ruleset.version));
    if let Some(authority) = ruleset.authority.as_deref() {
        fact(b.pick("Authority", "Autorité"), Text::name(authority));
    }
    if let Some(source) = ruleset.source.as_deref() {
        fact(b.pick("Source of the rules", "Source des règles"), Text::name(source));
    }
    match (ruleset.effective_from, ruleset.effective_to) {
        (Some(from), Some(to)) => fact(b.pick("In force", "En vigueur"), l.span(from, to).into()),
        (Some(from), None) => {
            fact(
                b.pick("In force", "En vigueur"),
                format!("{} {}", b.pick("from", "à partir du"), l.date(from)).into(),
            );
        }
        (None, Some(to)) => {
            fact(b.pick("In force", "En vigueur"), format!("{} {}", b.pick("to", "jusqu'au"), l.date(to)).into());
        }
        (None, None) => {}
    }
    let files = b.program.sources.iter().map(|source| Text::code(source.name.rsplit(['/', '\\']).next().unwrap_or("")));
    fact(b.pick("Files of rules", "Fichiers de règles"), Text::join(files, ", "));
    fact(b.pick("Hash of the rules", "Empreinte des règles"), Text::code(&*ruleset.hash));
    fact(
        b.pick("As of", "Date d'évaluation"),
        Text::from(l.date(b.results.as_of)).and(format!(" ({})", b.results.as_of)),
    );
    fact(b.pick("Engine", "Moteur"), format!("Assize {}", Results::ENGINE).into());
    section.push(Block::Facts(facts));
    section.push(Text::from(b.pick(
        "The same rules, data, parameters and date give the same numbers, whoever works them out. Nothing in this report depends on the day on which it was made.",
        "Les mêmes règles, données, paramètres et date donnent les mêmes nombres, quel que soit celui qui les calcule. Rien dans ce rapport ne dépend du jour où il a été produit.",
    )));
    parameters(b, &mut section);
    reading(b, &mut section);
    section
}

fn parameters(b: &Build<'_>, section: &mut Section) {
    if b.program.params.is_empty() {
        return;
    }
    let mut table = Table::new(b.pick("parameters", "paramètres"), b.pick("Parameters", "Paramètres"), 1);
    table.words(b.pick("Parameter", "Paramètre")).words(b.pick("What it is", "Ce que c'est"));
    table.words(b.pick("Value here", "Valeur ici")).words(b.pick("As the rules state it", "Selon les règles"));
    let shown = |value| Text::name(Shown(b.program, value).to_string());
    for (param, value) in b.program.params.iter().zip(&b.results.params) {
        let stated = param.on(b.results.as_of);
        let same = stated == value;
        table.rows.push(vec![
            Cell::Text(Text::code(&*param.heading.name)),
            param.heading.title.as_deref().map_or(Cell::Empty, |title| Cell::Text(Text::name(title))),
            Cell::Text(if same { shown(value) } else { Text::strong(Shown(b.program, value).to_string()) }),
            Cell::Text(if same { Text::from(b.pick("the same", "la même")) } else { shown(stated) }),
        ]);
    }
    table.drop_empty();
    section.push(b.table(table));
}

/// How to read what is in the report.
fn reading(b: &Build<'_>, section: &mut Section) {
    let kinds: Vec<ChartKind> =
        b.results.measures.iter().flat_map(|(_, table)| &table.charts).map(|chart| chart.kind).collect();
    let has = |kind: ChartKind| kinds.contains(&kind);
    let mut items: Vec<Text> = Vec::new();
    items.push(Text::from(b.pick(
        "An interval says how far the value could be from what would be found over a long time, by chance alone. It says nothing of what was not recorded.",
        "Un intervalle dit de combien la valeur pourrait différer, par le seul hasard, de ce qu'on trouverait sur une longue durée. Il ne dit rien de ce qui n'a pas été consigné.",
    )));
    items.push(Text::from(b.pick(
        "“Not known” are records of which a clause could not be answered; they are counted by themselves and in no rate.",
        "Les « inconnus » sont les dossiers pour lesquels une clause n'a pu recevoir de réponse ; ils sont comptés à part et n'entrent dans aucun taux.",
    )));
    if has(ChartKind::Run) {
        items.push(Text::from(b.pick(
            "A run chart shows values over time about their median. A long run on one side, or few crossings, says that something has changed.",
            "Une carte séquentielle montre des valeurs dans le temps autour de leur médiane. Une longue suite d'un côté, ou peu de traversées, dit que quelque chose a changé.",
        )));
    }
    if [ChartKind::Xmr, ChartKind::P, ChartKind::U, ChartKind::C].into_iter().any(has) {
        items.push(Text::from(b.pick(
            "A control chart adds the limits within which values vary by chance. Within them, a rise or fall from one period to the next means nothing; a flagged point is worth asking about.",
            "Une carte de contrôle ajoute les limites entre lesquelles les valeurs varient par hasard. À l'intérieur, une hausse ou une baisse d'une période à l'autre ne signifie rien ; un point signalé mérite une question.",
        )));
    }
    if has(ChartKind::Funnel) {
        items.push(Text::from(b.pick(
            "A funnel compares places: the fewer there are to count, the farther chance alone may take a place from the overall rate. It is no league table.",
            "Un graphique en entonnoir compare des lieux : moins il y a à compter, plus le hasard seul peut éloigner un lieu de l'ensemble. Ce n'est pas un palmarès.",
        )));
    }
    if !b.results.categories.is_empty() {
        items.push(Text::from(b.pick(
            "A category is decided when nothing unknown could change it; provisional when it has a value and something unknown could still change it; undetermined when nothing is true yet and something is unknown; not applicable when it does not concern the record.",
            "Une catégorie est établie quand rien d'inconnu ne pourrait la changer ; provisoire quand elle a une valeur que quelque chose d'inconnu pourrait encore changer ; indéterminée quand rien n'est encore vrai et que quelque chose est inconnu ; sans objet quand elle ne concerne pas le dossier.",
        )));
    }
    section.push(Block::Folded(
        b.pick("How to read this report", "Comment lire ce rapport").into(),
        vec![Block::List(items)],
    ));
}
