/** The requests of a load test, and the figures of its points. */
package io.prumerge.load.figure;
