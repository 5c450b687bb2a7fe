//! How the answers of several policies come together.

use std::{future::poll_fn, task::Poll};

use crate::{
    decision::Decision,
    step::{Step, Waiting},
};

/// How answers become one.
pub(crate) trait Combine: Copy + Send + Sync + 'static {
    fn combine(self, first: Decision, second: Decision) -> Decision;

    /// Whether an answer stands, whatever the others say. Only where nothing of another could be
    /// told besides.
    fn stands(self, decision: &Decision) -> bool {
        let _ = decision;
        false
    }
}

/// Which answers win.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// All must allow.
    All,
    /// One must.
    Any,
}

impl Rule {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::All => "all_of",
            Self::Any => "any_of",
        }
    }
}

impl Combine for Rule {
    fn combine(self, first: Decision, second: Decision) -> Decision {
        match self {
            Self::All => first.and(second),
            Self::Any => first.or(second),
        }
    }

    /// All parts of [`Rule::All`] are asked, so that the first to hide is told in the log whichever
    /// comes first.
    fn stands(self, decision: &Decision) -> bool {
        match self {
            Self::All => false,
            Self::Any => matches!(decision, Decision::Allow),
        }
    }
}

/// One answer out of many, in order; `None` if there are none. All that wait, wait together.
pub(crate) fn gather(
    rule: impl Combine,
    steps: impl IntoIterator<Item = Step<Decision>>,
) -> Option<Step<Decision>> {
    let mut answers = Vec::new();
    for step in steps {
        match step {
            Step::Now(decision) if rule.stands(&decision) => return Some(Step::Now(decision)),
            Step::Now(decision) => answers.push(Answer::Here(decision)),
            Step::Later(waiting) => answers.push(Answer::Awaited(waiting)),
        }
    }
    if answers
        .iter()
        .any(|answer| matches!(answer, Answer::Awaited(_)))
    {
        return Some(Step::later(async move {
            await_all(rule, &mut answers)
                .await
                .unwrap_or_else(|| combine_all(rule, answers).unwrap_or_else(Decision::deny))
        }));
    }
    combine_all(rule, answers).map(Step::Now)
}

enum Answer {
    Here(Decision),
    Awaited(Waiting<Decision>),
}

/// Waits until all answers are here, or one stands, which it gives.
async fn await_all(rule: impl Combine, answers: &mut [Answer]) -> Option<Decision> {
    poll_fn(|context| {
        let mut awaited = false;
        for answer in answers.iter_mut() {
            let Answer::Awaited(waiting) = answer else {
                continue;
            };
            match waiting.as_mut().poll(context) {
                Poll::Ready(decision) if rule.stands(&decision) => {
                    return Poll::Ready(Some(decision));
                }
                Poll::Ready(decision) => *answer = Answer::Here(decision),
                Poll::Pending => awaited = true,
            }
        }
        if awaited {
            Poll::Pending
        } else {
            Poll::Ready(None)
        }
    })
    .await
}

fn combine_all(rule: impl Combine, answers: Vec<Answer>) -> Option<Decision> {
    let decisions = answers.into_iter().filter_map(|answer| match answer {
        Answer::Here(decision) => Some(decision),
        Answer::Awaited(_) => None,
    });
    decisions.reduce(|first, second| rule.combine(first, second))
}
