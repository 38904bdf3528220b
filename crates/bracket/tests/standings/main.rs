//! Tests of standings: published vectors, naive references, hostile histories.

#[cfg(test)]
mod buchholz;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod fide;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod helpers;
#[cfg(test)]
mod magic;
#[cfg(test)]
mod places;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod strategies;
#[cfg(test)]
mod tied;
