// R7 no-escape: a module loader gives a bare string, which could be JavaScript, JSON or text
// E0271 means: what leaves a loader says what it is. Write `Ok(ModuleSource::javascript(text))`, `json` or `text`.

use isolock::prelude::*;

fn serve(lock: &mut Lock<'_>) {
    lock.module_loader((), |_ev, (), request| async move {
        let text = std::fs::read_to_string(&request.name)?;
        Ok(text)
    });
}

fn main() {}
