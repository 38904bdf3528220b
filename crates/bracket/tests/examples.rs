//! The examples run, and print what they are known to print.

use std::error::Error;

#[path = "../examples/double_elimination.rs"]
mod double_elimination;
#[path = "../examples/free_for_all.rs"]
mod free_for_all;
#[path = "../examples/grand_prix.rs"]
mod grand_prix;
#[path = "../examples/groups_and_final.rs"]
mod groups_and_final;
#[path = "../examples/round_robin.rs"]
mod round_robin;
#[path = "../examples/swiss_cut.rs"]
mod swiss_cut;

type Outcome = Result<(), Box<dyn Error>>;

/// Runs an example as `cargo run` would, and compares its text.
macro_rules! prints_its_text {
    ($($example:ident),+ $(,)?) => {$(
        #[test]
        fn $example() -> Outcome {
            $example::main()?;
            insta::assert_snapshot!(stringify!($example), $example::play()?);
            Ok(())
        }
    )+};
}

prints_its_text!(
    double_elimination,
    free_for_all,
    grand_prix,
    groups_and_final,
    round_robin,
    swiss_cut,
);
