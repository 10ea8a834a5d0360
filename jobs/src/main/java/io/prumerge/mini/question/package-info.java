/**
 * Questions about generated scenes, balanced so that a question alone does not give its answer
 * away.
 */
package io.prumerge.mini.question;
