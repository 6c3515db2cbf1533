// R3 weak-across-threads: a module loader keeps the context whose modules it loads

use isolock::{ModuleSource, prelude::*};

fn serve(lock: &mut Lock<'_>, ctx: IoContext) {
    lock.module_loader((ctx,), |_ev, (ctx,), request| async move {
        let text: String = ctx.eval(&format!("sources[{:?}]", request.name)).await?;
        Ok(ModuleSource::javascript(text))
    });
}

fn main() {}
