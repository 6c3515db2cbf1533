// R2 explicit-captures: the error of a turn is a type of the program that does not say that it may cross

use isolock::prelude::*;

enum LoadError {
    Empty,
    Failed(RunError),
}

impl From<RunError> for LoadError {
    fn from(error: RunError) -> Self {
        Self::Failed(error)
    }
}

async fn load(ctx: &IoContext, source: String) -> Result<(), LoadError> {
    ctx.try_run((source,), |lock, (source,)| {
        if source.is_empty() {
            return Err(LoadError::Empty);
        }
        lock.eval(&source)?;
        Ok(())
    })
    .await
}

fn main() {}
