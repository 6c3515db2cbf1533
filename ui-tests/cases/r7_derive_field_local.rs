// R7 no-escape: a type that holds a JavaScript value of its turn derives `Portable`

use isolock::{prelude::*, v8};

#[derive(Portable)]
struct Answer {
    status: u16,
    body: v8::Local<'static, v8::Value>,
}

async fn ask(ctx: &IoContext) -> Result<Option<Answer>, RunError> {
    ctx.run((), |_lock, ()| None::<Answer>).await
}

fn main() {}
