// R5 name-what-is-affine: a field holds a connection, and its name doesn't say that it is bound to the owner

use isolock::prelude::*;
use std::net::TcpStream;

struct Connection {
    stream: TcpStream,
    session: u64,
}

#[thread_affine(owner = context)]
struct Cache {
    connection: Connection,
    hits: u64,
}

fn main() {}
