/** What a run is going to do and cost, resolved and checked before its first task. */
package io.prumerge.plan;
