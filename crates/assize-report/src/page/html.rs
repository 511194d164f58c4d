//! A report as one page of HTML that needs no network and no script, reads without colours, and prints.

use super::document::{Block, Cell, Chart, Document, Mark, Picture, Piece, Section, Standing, Table, Text};
use super::svg;
use super::words::Language;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// A text as it may stand in HTML, in attributes as well. Control characters, which HTML does not have, are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(letter),
            _ if letter.is_control() => {}
            _ => out.push(letter),
        }
    }
    out
}

/// The page.
pub fn to_html(document: &Document) -> String {
    let mut page = Page { out: String::with_capacity(256 * 1024), language: document.language, title: Text::default() };
    page.document(document);
    page.out
}

struct Page {
    out: String,
    language: Language,
    /// The title of the section, which a table in it need not repeat to those who see it.
    title: Text,
}

impl Page {
    fn document(&mut self, document: &Document) {
        let title = escape(&document.title.plain());
        let _ = write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"Assize {}\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
             <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
            self.language.tag(),
            assize::Results::ENGINE,
        );
        let skip = self.language.pick("Skip to the report", "Aller au rapport");
        let contents = self.language.pick("Contents", "Table des matières");
        let _ = write!(self.out, "<a class=\"skip\" href=\"#main\">{skip}</a>\n<header>\n<h1>");
        self.text(&document.title);
        self.out.push_str("</h1>\n");
        for line in &document.under {
            self.out.push_str("<p class=\"under\">");
            self.text(line);
            self.out.push_str("</p>\n");
        }
        let _ = write!(self.out, "</header>\n<nav aria-label=\"{contents}\">\n<ul>\n");
        for section in &document.sections {
            let _ = write!(self.out, "<li><a href=\"#{}\">", escape(&section.id));
            self.text(&section.title);
            self.out.push_str("</a></li>\n");
        }
        self.out.push_str("</ul>\n</nav>\n<main id=\"main\">\n");
        for section in &document.sections {
            self.section(section, 2);
        }
        let words = self.language.pick("Made by Assize", "Produit par Assize");
        let _ = write!(
            self.out,
            "</main>\n<footer>\n<p>{words} {}.</p>\n</footer>\n</body>\n</html>\n",
            assize::Results::ENGINE
        );
    }

    fn section(&mut self, section: &Section, level: u8) {
        let id = escape(&section.id);
        let _ = write!(self.out, "<section id=\"{id}\">\n<h{level}>");
        self.text(&section.title);
        let _ = writeln!(self.out, "</h{level}>");
        self.title = section.title.clone();
        for block in &section.blocks {
            self.block(block);
        }
        for part in &section.parts {
            self.section(part, (level + 1).min(6));
        }
        self.out.push_str("</section>\n");
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Text(text) => self.around("<p>", text, "</p>\n"),
            Block::Note(text) => self.around("<p class=\"note\">", text, "</p>\n"),
            Block::List(items) => {
                self.out.push_str("<ul>\n");
                for item in items {
                    self.around("<li>", item, "</li>\n");
                }
                self.out.push_str("</ul>\n");
            }
            Block::Facts(facts) => {
                self.out.push_str("<dl>\n");
                for (name, what) in facts {
                    self.around("<dt>", name, "</dt>");
                    self.around("<dd>", what, "</dd>\n");
                }
                self.out.push_str("</dl>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Charts(charts) => {
                // Several of a kind stand side by side.
                let small = charts.len() > 1;
                if small {
                    self.out.push_str("<div class=\"several\">\n");
                }
                for chart in charts {
                    self.chart(chart, small);
                }
                if small {
                    self.out.push_str("</div>\n");
                }
            }
            Block::Folded(summary, blocks) => {
                // What belongs on paper: how to read it does, the rules' own text does not.
                let class = match blocks.first() {
                    Some(Block::List(_)) => " class=\"print\"",
                    Some(Block::Rules(_)) => " class=\"rules\"",
                    _ => "",
                };
                self.around(&format!("<details{class}>\n<summary>"), summary, "</summary>\n");
                for block in blocks {
                    self.block(block);
                }
                self.out.push_str("</details>\n");
            }
            Block::Rules(text) => {
                let _ = writeln!(self.out, "<pre dir=\"ltr\"><code>{}</code></pre>", escape(text));
            }
            Block::Tally(counts) => {
                self.out.push_str("<ul class=\"tally\">\n");
                for count in counts {
                    let class = count.mark.map_or("", Mark::class);
                    let _ = write!(self.out, "<li class=\"{class}\"><b>{}</b> ", escape(&count.figure));
                    if let Some(mark) = count.mark {
                        self.sign(mark);
                    }
                    self.text(&count.of);
                    self.out.push_str("</li>\n");
                }
                self.out.push_str("</ul>\n");
            }
        }
    }

    fn around(&mut self, before: &str, text: &Text, after: &str) {
        self.out.push_str(before);
        self.text(text);
        self.out.push_str(after);
    }

    fn text(&mut self, text: &Text) {
        for piece in &text.0 {
            let plain = escape(piece.plain());
            let _ = match piece {
                Piece::Words(_) => write!(self.out, "{plain}"),
                Piece::Name(_) => write!(self.out, "<bdi>{plain}</bdi>"),
                Piece::Code(_) => write!(self.out, "<code><bdi>{plain}</bdi></code>"),
                Piece::Strong(_) => write!(self.out, "<strong><bdi>{plain}</bdi></strong>"),
                Piece::Link { to, .. } => write!(self.out, "<a href=\"#{}\"><bdi>{plain}</bdi></a>", escape(to)),
            };
        }
    }

    fn sign(&mut self, mark: Mark) {
        let _ = write!(self.out, "<span class=\"sign\" aria-hidden=\"true\">{}</span>", mark.sign());
    }

    fn table(&mut self, table: &Table) {
        // What may have to be scrolled must be reachable without a pointer.
        let label = escape(&table.caption.plain());
        let _ =
            write!(self.out, "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\">\n<table>\n");
        let class = if table.caption == self.title { " class=\"told\"" } else { "" };
        self.around(&format!("<caption{class}>"), &table.caption, "</caption>\n<thead>\n<tr>");
        for column in &table.columns {
            let class = if column.numbers { " class=\"n\"" } else { "" };
            self.around(&format!("<th scope=\"col\"{class}>"), &column.head, "</th>");
        }
        self.out.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in &table.rows {
            self.out.push_str("<tr>");
            for (at, cell) in row.iter().enumerate() {
                let numbers = table.columns.get(at).is_some_and(|column| column.numbers);
                let head = at < table.heads && matches!(cell, Cell::Text(_));
                // A short text is not broken: a date, a period, a name of one word.
                let short = matches!(cell, Cell::Text(text) if text.plain().chars().count() <= 12)
                    || matches!(cell, Cell::Ranged(_));
                let class = match (numbers, short) {
                    (true, _) => " class=\"n\"",
                    (false, true) => " class=\"s\"",
                    (false, false) => "",
                };
                let (open, close) = if head { ("th scope=\"row\"", "th") } else { ("td", "td") };
                let _ = write!(self.out, "<{open}{class}>");
                self.cell(cell);
                let _ = write!(self.out, "</{close}>");
            }
            self.out.push_str("</tr>\n");
        }
        self.out.push_str("</tbody>\n</table>\n</div>\n");
        if table.left_out > 0 {
            let words = self.language.pick(
                "{} further rows are not shown here; `assize run` gives all of them.",
                "{} autres lignes ne sont pas montrées ici ; `assize run` les donne toutes.",
            );
            let text = Text::fill(words, [self.language.count(table.left_out as u64).into()]);
            self.around("<p class=\"key\">", &text, "</p>\n");
        }
    }

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => self.text(text),
            Cell::Number(shown, _) => self.out.push_str(&escape(shown)),
            Cell::Ranged(ranged) => {
                if let Some((shown, _)) = &ranged.value {
                    self.out.push_str(&escape(shown));
                }
                if let Some((shown, ..)) = &ranged.ends {
                    let (open, close) = if ranged.value.is_some() { ("<small>", "</small>") } else { ("", "") };
                    let _ = write!(self.out, "{open}{}{close}", escape(shown));
                }
            }
            Cell::Absent(why) => {
                let _ = write!(self.out, "<span class=\"absent\">{}</span>", escape(why));
            }
            Cell::Status(mark, words) => {
                let _ = write!(self.out, "<span class=\"{}\">", mark.class());
                self.sign(*mark);
                let _ = write!(self.out, "{}</span>", escape(words));
            }
            Cell::Spark(values, told) => {
                let _ = write!(self.out, "{}<span class=\"told\">{}</span>", svg::spark(values), escape(told));
            }
        }
    }

    fn chart(&mut self, chart: &Chart, small: bool) {
        let label = escape(&chart.title.plain());
        let (svg, high_foot) = svg::chart(chart, self.language, small);
        let _ = writeln!(self.out, "<figure id=\"{}\">", escape(&chart.id));
        self.around("<figcaption>", &chart.title, "</figcaption>\n");
        let _ = writeln!(
            self.out,
            "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\">{svg}</div>"
        );
        let mut key = self.key(&chart.picture);
        if high_foot {
            let words = self.language.pick("the scale does not begin at zero", "l'échelle ne commence pas à zéro");
            key = if key.is_empty() { words.to_owned() } else { format!("{key} · {words}") };
        }
        if !key.is_empty() {
            let _ = writeln!(self.out, "<p class=\"key\">{}</p>", escape(&key));
        }
        if !chart.flagged.is_empty() {
            self.out.push_str("<ol class=\"flagged\">\n");
            for item in &chart.flagged {
                self.around("<li>", item, "</li>\n");
            }
            self.out.push_str("</ol>\n");
        }
        for remark in &chart.remarks {
            self.around("<p class=\"key\">", remark, "</p>\n");
        }
        if let Some(table) = &chart.table {
            let words = self.language.pick("The numbers behind the chart", "Les nombres du graphique");
            let _ = write!(self.out, "<details class=\"behind\">\n<summary>{words}</summary>\n");
            self.table(table);
            self.out.push_str("</details>\n");
        }
        self.out.push_str("</figure>\n");
    }

    /// What the shapes of a chart mean, of those that occur.
    fn key(&self, picture: &Picture) -> String {
        let l = self.language;
        let mut items: Vec<String> = Vec::new();
        let mut shapes = |standings: &mut dyn Iterator<Item = Standing>| {
            let found: Vec<Standing> = standings.collect();
            for (standing, sign, words) in [
                (Standing::High, "▲", l.pick("flagged, high", "signalé, haut")),
                (Standing::Low, "▼", l.pick("flagged, low", "signalé, bas")),
                (Standing::Aside, "○", l.pick("not taken into the limits", "hors du calcul des limites")),
                (Standing::Unfinished, "○", l.pick("period not over", "période non terminée")),
                (Standing::Withheld, "×", l.pick("withheld", "non publié")),
            ] {
                if found.contains(&standing) {
                    items.push(format!("{sign} {words}"));
                }
            }
        };
        match picture {
            Picture::Series(series) => {
                shapes(&mut series.points.iter().map(|point| point.standing));
                if series.points.iter().any(|point| point.ends.is_some()) {
                    items.push(format!("│ {}", l.pick("interval", "intervalle")));
                }
            }
            Picture::Funnel(funnel) => shapes(&mut funnel.points.iter().map(|point| point.standing)),
            Picture::Bars(bars) => {
                for (at, (sign, words)) in ["■", "▨", "░"].into_iter().zip(&bars.parts).enumerate() {
                    if bars.bars.iter().any(|bar| bar.parts.get(at).is_some_and(|part| *part > 0.0))
                        && !words.is_empty()
                    {
                        items.push(format!("{sign} {words}"));
                    }
                }
            }
            Picture::Ranges(ranges) => {
                if ranges.lines.iter().any(|line| line.ends.is_some()) {
                    items.push(format!("├──┤ {}", l.pick("interval", "intervalle")));
                }
            }
        }
        items.join(" · ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_html_gets_through() {
        assert_eq!(
            escape("<script>\"a\" & 'b'</script>\u{0}\u{8}\u{85}"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;"
        );
        assert_eq!(escape("مريم\n"), "مريم\n");
    }
}
