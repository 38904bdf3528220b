//! Races through their public interface.

#[cfg(test)]
mod helpers;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod records;
#[cfg(test)]
mod standings;
