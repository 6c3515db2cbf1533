//! Medians.

/// What was measured, in the order in which it came first.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
}

struct Row {
    what: &'static str,
    against: Option<&'static str>,
    nanoseconds: Vec<f64>,
}

impl Table {
    /// Adds one round's figure.
    pub(crate) fn row(&mut self, what: &'static str, against: Option<&'static str>, nanoseconds: f64) {
        match self.rows.iter_mut().find(|row| row.what == what) {
            Some(row) => row.nanoseconds.push(nanoseconds),
            None => self.rows.push(Row { what, against, nanoseconds: vec![nanoseconds] }),
        }
    }

    /// Prints medians: of the figures, and of the ratios within each round.
    pub(crate) fn print(&self) {
        let rounds = self.rows.first().map_or(0, |row| row.nanoseconds.len());
        println!("\nmedians of {rounds} rounds\n\n{:<44} {:>12} {:>8}  of", "what", "ns per op", "ratio");
        for row in &self.rows {
            let reference = row.against.and_then(|against| self.rows.iter().find(|other| other.what == against));
            print!("{:<44} {:>12.1}", row.what, median(row.nanoseconds.clone()));
            match reference {
                Some(other) => {
                    let ratios = row.nanoseconds.iter().zip(&other.nanoseconds).map(|(own, other)| own / other);
                    println!(" {:>8.2}  {}", median(ratios.collect()), other.what);
                }
                None => println!(),
            }
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[len / 2],
        len => values[len / 2].midpoint(values[len / 2 - 1]),
    }
}
