//! What plain layers leave open: each test shows a difference that gives a document away.
//!
//! None of this is promised. Should one of these tests fail, something was closed, and the
//! documentation can say so.
