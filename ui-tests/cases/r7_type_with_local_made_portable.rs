// R7 no-escape: a type with a local in it says that it may cross
// E0277 means: what crosses the boundary of a turn may go to another thread, and a local may not. Hold a
// `JsRoot<v8::Value>`, made by `lock.root(value)`.

use isolock::prelude::*;
use isolock::v8;

struct Answer {
    value: v8::Local<'static, v8::Value>,
}

impl Portable for Answer {}

fn is_number(answer: &Answer) -> bool {
    answer.value.is_number()
}

fn main() {}
