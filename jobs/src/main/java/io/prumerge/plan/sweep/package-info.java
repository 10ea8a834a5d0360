/** The files that {@code sweep} reads. */
package io.prumerge.plan.sweep;
