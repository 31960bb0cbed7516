/** Reading the hub {@code changes} again, beside the trigger that reads it once. */
package io.deltamirror.core.hub;
