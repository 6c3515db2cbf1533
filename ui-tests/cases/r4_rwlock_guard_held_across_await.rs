// R4 no-blocking: an async host function reads through a lock while it waits

use isolock::prelude::*;
use std::sync::{Arc, RwLock};

async fn send(_to: &str, _line: String) {}

#[isolate_fn]
async fn notify(#[capture] names: Arc<RwLock<Vec<String>>>, line: String) {
    if let Ok(names) = names.read() {
        for name in names.iter() {
            send(name, line.clone()).await;
        }
    }
}

fn main() {}
