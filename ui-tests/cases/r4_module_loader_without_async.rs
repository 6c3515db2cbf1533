// R4 no-blocking: a module loader is no asynchronous body, and would do its work inside the importing turn
// E0277 means: the body gives a `Result` where a future is wanted. Write `|_ev, (files,), request| async move { .. }`.

use isolock::{LoadError, ModuleSource, prelude::*};
use std::{collections::HashMap, sync::Arc};

fn serve(lock: &mut Lock<'_>, files: Arc<HashMap<String, String>>) {
    lock.module_loader((files,), |_ev, (files,), request| match files.get(&request.name) {
        Some(text) => Ok(ModuleSource::javascript(text.as_str())),
        None => Err(LoadError::new("there is no such file")),
    });
}

fn main() {}
