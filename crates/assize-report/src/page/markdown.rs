//! A report as Markdown, with tables as GitHub reads them: what charts show stands in words and numbers.

use super::document::{Block, Cell, Chart, Document, Piece, Section, Table, Text};
use super::words::Language;

/// The text.
pub fn to_markdown(document: &Document) -> String {
    let mut out = Markdown { out: String::new(), language: document.language };
    out.out.push_str(&format!("# {}\n\n", out.text(&document.title)));
    for line in &document.under {
        let line = out.text(line);
        out.paragraph(&line);
    }
    for section in &document.sections {
        out.section(section, 2);
    }
    let mut text = out.out;
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}

struct Markdown {
    out: String,
    language: Language,
}

/// A text in which no letter means anything to Markdown or HTML.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' | '\t' => out.push(' '),
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

/// A text between back-ticks; in a table a bar must be written as an entity, which code does not have: it is a slash.
fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .map(|letter| if letter == '|' { '¦' } else { letter })
        .collect();
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    if longest > 0 { format!("{ticks} {text} {ticks}") } else { format!("`{text}`") }
}

impl Markdown {
    fn text(&self, text: &Text) -> String {
        text.0
            .iter()
            .map(|piece| match piece {
                // Words may hold what rules say, as the name of a level.
                Piece::Words(name) | Piece::Name(name) | Piece::Link { name, .. } => plain(name),
                Piece::Code(name) => code(name),
                Piece::Strong(words) => {
                    format!("**{}**", plain(words).trim()) + if words.ends_with(' ') { " " } else { "" }
                }
            })
            .collect()
    }

    fn paragraph(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.push_str(text);
            self.out.push_str("\n\n");
        }
    }

    fn section(&mut self, section: &Section, level: usize) {
        let title = self.text(&section.title);
        self.paragraph(&format!("{} {title}", "#".repeat(level)));
        for block in &section.blocks {
            self.block(block);
        }
        for part in &section.parts {
            self.section(part, (level + 1).min(6));
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text(text) => {
                let text = self.text(text);
                self.paragraph(&text);
            }
            Block::Note(text) => {
                let text = self.text(text);
                self.paragraph(&format!("> {text}"));
            }
            Block::List(items) => {
                let items: Vec<String> = items.iter().map(|item| format!("- {}", self.text(item))).collect();
                self.paragraph(&items.join("\n"));
            }
            Block::Facts(facts) => {
                let items: Vec<String> =
                    facts.iter().map(|(name, what)| format!("- {}: {}", self.text(name), self.text(what))).collect();
                self.paragraph(&items.join("\n"));
            }
            Block::Table(table) => self.table(table),
            Block::Charts(charts) => {
                for chart in charts {
                    self.chart(chart);
                }
            }
            // The rules' own text is at hand elsewhere, and a text has nothing to fold.
            Block::Folded(_, blocks) if blocks.iter().all(|block| matches!(block, Block::Rules(_))) => {}
            Block::Folded(_, blocks) => {
                for block in blocks {
                    self.block(block);
                }
            }
            Block::Rules(text) => {
                let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat((longest + 1).max(3));
                let text: String = text.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
                self.paragraph(&format!("{fence}assize\n{text}\n{fence}"));
            }
            Block::Tally(counts) => {
                let items: Vec<String> =
                    counts.iter().map(|count| format!("- **{}** {}", count.figure, self.text(&count.of))).collect();
                self.paragraph(&items.join("\n"));
            }
        }
    }

    fn chart(&mut self, chart: &Chart) {
        let (title, told) = (self.text(&chart.title), plain(&chart.told));
        self.paragraph(&format!("**{title}.** {told}"));
        let items: Vec<String> =
            chart.flagged.iter().enumerate().map(|(at, item)| format!("{}. {}", at + 1, self.text(item))).collect();
        self.paragraph(&items.join("\n"));
        for remark in &chart.remarks {
            let remark = self.text(remark);
            self.paragraph(&remark);
        }
        if let Some(table) = &chart.table {
            self.table(table);
        }
    }

    fn table(&mut self, table: &Table) {
        let table = &table.undrawn();
        let caption = self.text(&table.caption);
        self.paragraph(&format!("*{caption}*"));
        let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let mut text = line(table.columns.iter().map(|column| self.text(&column.head)).collect());
        text.push_str(&line(
            table.columns.iter().map(|column| if column.numbers { "---:" } else { "---" }.to_owned()).collect(),
        ));
        for row in &table.rows {
            text.push_str(&line(row.iter().map(|cell| self.cell(cell)).collect()));
        }
        self.out.push_str(&text);
        self.out.push('\n');
        if table.left_out > 0 {
            let count = self.language.count(table.left_out as u64);
            let words =
                self.language.pick(" further rows are not shown here.", " autres lignes ne sont pas montrées ici.");
            self.paragraph(&format!("{count}{words}"));
        }
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => self.text(text).replace('\n', " "),
            Cell::Number(shown, _) => shown.clone(),
            Cell::Ranged(ranged) => match (&ranged.value, &ranged.ends) {
                (Some((value, _)), Some((ends, ..))) => format!("{value} ({ends})"),
                (Some((shown, _)), None) | (None, Some((shown, ..))) => shown.clone(),
                (None, None) => String::new(),
            },
            Cell::Absent(why) => format!("*{}*", plain(why)),
            Cell::Status(mark, words) => format!("{} {}", mark.sign(), plain(words)),
            Cell::Spark(_, told) => plain(told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_mean_nothing_to_markdown() {
        assert_eq!(plain("a|b <i>*c*</i>\n`d`"), "a\\|b &lt;i&gt;\\*c\\*&lt;/i&gt; \\`d\\`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("plain"), "`plain`");
    }
}
