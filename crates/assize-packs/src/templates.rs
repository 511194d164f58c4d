//! Published instruments as templates: their structure without their wording, which is copyrighted. Each is a rule file
//! with its own tests, at every threshold and with missing answers where they matter. A figure that no source confirms is a
//! parameter whose title says that it is to be verified.

/// A template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Its name, as the command lists it.
    pub name: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Its rule file.
    pub rules: &'static str,
}

/// Every template, in the order in which they are listed.
pub const TEMPLATES: &[Template] = &[
    Template {
        name: "lethality-screen",
        title: "Lethality screen of eleven questions: routes, count, belief, refusal (template)",
        rules: include_str!("../templates/lethality.assize"),
    },
    Template {
        name: "danger-assessment",
        title: "Danger assessment of twenty questions: weights and bands to verify (template)",
        rules: include_str!("../templates/danger.assize"),
    },
    Template {
        name: "odara",
        title: "Actuarial tool of thirteen items: prorated, seven groups, nested items (template)",
        rules: include_str!("../templates/odara.assize"),
    },
    Template {
        name: "dash",
        title: "Risk checklist with referral routes: judgement, number, escalation, repeats (template)",
        rules: include_str!("../templates/dash.assize"),
    },
    Template {
        name: "structured-judgement",
        title: "Structured professional judgement: a person's rating beside an indicative value (template)",
        rules: include_str!("../templates/judgement.assize"),
    },
];

/// The template of a name.
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
