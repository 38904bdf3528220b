//! Tests of the bracket engine through its public interface.

#[cfg(test)]
mod drops;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod helpers;
#[cfg(test)]
mod layout;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod ranks;
#[cfg(test)]
mod records;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod tables;
