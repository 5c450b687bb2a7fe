//! Times of contenders who take turns, so that whatever disturbs the machine disturbs all alike.

use std::time::{Duration, Instant};

const ROUNDS: usize = 151;
const TURN: Duration = Duration::from_micros(300);

/// Does it once, and says how long the part that counts has taken.
pub type Turn<'a> = Box<dyn FnMut(usize) -> Duration + 'a>;

/// How long one took, in nanoseconds, in each round.
pub struct Times(Vec<f64>);

impl Times {
    pub fn median(&self) -> f64 {
        median(self.0.clone())
    }

    /// The median of the ratios within the same round.
    pub fn times_of(&self, other: &Self) -> f64 {
        let pairs = self.0.iter().zip(&other.0);
        median(pairs.map(|(ours, theirs)| ours / theirs).collect())
    }
}

pub fn race(turns: &mut [Turn<'_>]) -> Vec<Times> {
    let sizes: Vec<_> = turns.iter_mut().map(size).collect();
    let mut times: Vec<_> = turns.iter().map(|_| Vec::with_capacity(ROUNDS)).collect();
    let mut order: Vec<_> = (0..turns.len()).collect();
    let mut dice = 1;
    for _ in 0..ROUNDS {
        // Nobody always follows the same one, or pays for what that one left in the caches.
        shuffle(&mut order, &mut dice);
        for &place in &order {
            let size = sizes[place];
            turns[place](1);
            let spent = turns[place](size);
            times[place].push(spent.as_secs_f64() * 1e9 / size as f64);
        }
    }
    times.into_iter().map(Times).collect()
}

/// How many fill a turn.
fn size(turn: &mut Turn<'_>) -> usize {
    turn(3);
    let once = turn(5) / 5;
    let fitting = TURN.as_nanos() / once.as_nanos().max(1);
    usize::try_from(fitting).unwrap_or(1).clamp(1, 200)
}

pub fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn shuffle(order: &mut [usize], dice: &mut u64) {
    for place in (1..order.len()).rev() {
        // Knuth's MMIX.
        *dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = (*dice >> 33) as usize % (place + 1);
        order.swap(place, other);
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
