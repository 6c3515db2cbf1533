// R2 explicit-captures: an `Rc` is taken into a module loader, which runs on any thread

use isolock::{LoadError, ModuleSource, prelude::*};
use std::{collections::HashMap, rc::Rc};

fn serve(lock: &mut Lock<'_>, files: Rc<HashMap<String, String>>) {
    lock.module_loader((files,), |_ev, (files,), request| async move {
        match files.get(&request.name) {
            Some(text) => Ok(ModuleSource::javascript(text.as_str())),
            None => Err(LoadError::new("there is no such file")),
        }
    });
}

fn main() {}
