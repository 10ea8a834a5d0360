/** Says before a run how long it takes and what fits, by the roofline of each card. */
package io.prumerge.plan.preflight;
