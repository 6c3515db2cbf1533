// R6 never-mix: a value of one isolate is taken into a turn of another

use isolock::prelude::*;

async fn copy(from: &IoContext, to: &'static std::sync::OnceLock<IoContext>) -> Result<(), RunError> {
    from.try_run((to.get().unwrap().downgrade(),), |lock, (to,)| {
        let settings = lock.eval("settings")?;
        drop(to.try_run((settings,), |lock, (settings,)| lock.set_global("settings", settings)));
        Ok(())
    })
    .await
}

fn main() {}
