//! A block on stderr that can't be overlooked.

const WIDTH: usize = 100;

/// A boxed text: a title and lines. Long lines are wrapped at blanks and keep their indent.
pub(crate) fn boxed(title: &str, lines: &[String]) -> String {
    let mut rows = vec![title.to_owned(), String::new()];
    rows.extend(lines.iter().flat_map(|line| wrap(line)));
    let width = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0).max(WIDTH);
    let bar = "#".repeat(width + 8);
    let mut out = format!("\n{bar}\n");
    for row in rows {
        let blanks = " ".repeat(width - row.chars().count());
        out.push_str(&format!("### {row}{blanks} ###\n"));
    }
    out.push_str(&bar);
    out.push('\n');
    out
}

/// A word that is too long by itself (a path, a URL) stays whole, so that it can be copied.
fn wrap(line: &str) -> Vec<String> {
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    // What follows a bullet is set under its text.
    let (first, rest, text) = match text.strip_prefix("- ") {
        Some(text) => (format!("{indent}- "), format!("{indent}  "), text),
        None => (indent.to_owned(), indent.to_owned(), text),
    };
    let mut rows = Vec::new();
    let mut row = first;
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && row.chars().count() + 1 + word.chars().count() > WIDTH {
            rows.push(std::mem::replace(&mut row, rest.clone()));
            is_empty = true;
        }
        if !is_empty {
            row.push(' ');
        }
        row.push_str(word);
        is_empty = false;
    }
    rows.push(row);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_the_same_width() {
        let text = boxed("TITLE", &["short".into(), format!("  - {}", "word ".repeat(60)), "x".repeat(130)]);
        let mut widths: Vec<_> =
            text.lines().filter(|line| !line.is_empty()).map(|line| line.chars().count()).collect();
        widths.dedup();
        assert_eq!(widths, [138]);
    }

    #[test]
    fn wrapped_lines_keep_their_indent() {
        let rows = wrap(&format!("  - {}", "word ".repeat(60).trim_end()));
        assert!(rows.len() > 2 && rows[1].starts_with("    word"), "{rows:?}");
        assert!(rows.iter().all(|row| row.len() <= WIDTH));
    }

    #[test]
    fn a_long_word_stays_with_its_bullet() {
        let path = "x".repeat(120);
        assert_eq!(wrap(&format!("  - {path}: no such file")), [format!("  - {path}:"), "    no such file".to_owned()]);
    }
}
