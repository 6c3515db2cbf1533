// R7 no-escape: a module loader compiles in a turn of its own, and takes the local out of it

use isolock::{ModuleSource, prelude::*};

fn serve(lock: &mut Lock<'_>) {
    lock.module_loader((), |ev, (), request| async move {
        let text = ev.try_run((request.name,), |lock, (name,)| lock.eval(&format!("sources[{name:?}]"))).await?;
        Ok(ModuleSource::javascript(format!("{text:?}")))
    });
}

fn main() {}
