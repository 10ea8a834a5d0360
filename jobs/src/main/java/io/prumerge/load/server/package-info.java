/** The servers under load, and the questions that they are asked. */
package io.prumerge.load.server;
