// R4 no-blocking: a module loader holds the guard of a mutex while it takes a turn, and whoever wants the mutex blocks
// "future cannot be sent between threads safely" names the guard and the await it is held across: drop it before.

use isolock::{ModuleSource, prelude::*};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

fn serve(lock: &mut Lock<'_>, cache: Arc<Mutex<HashMap<String, String>>>) {
    lock.module_loader((cache,), |ev, (cache,), request| async move {
        let mut cache = cache.lock().unwrap();
        let text = ev.run((request.name.clone(),), |_lock, (name,)| format!("export default {name:?}")).await?;
        cache.insert(request.name, text.clone());
        Ok(ModuleSource::javascript(text))
    });
}

fn main() {}
