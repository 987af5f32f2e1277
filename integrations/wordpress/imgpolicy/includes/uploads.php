<?php
/**
 * Pictures as they are uploaded: what the desk does not let go is not taken, and the media list says how each stands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

/** A line why this file is not taken; empty when it is. Files that are no pictures are not asked for. */
function imgpolicy_refusal( $path, $name ) {
	$kind = wp_check_filetype( $name );
	$seen = function_exists( 'mime_content_type' ) ? (string) mime_content_type( $path ) : '';
	if ( 0 !== strpos( (string) $kind['type'], 'image/' ) && 0 !== strpos( $seen, 'image/' ) ) {
		return '';
	}
	$found = imgpolicy_check( $path, $name );
	if ( is_wp_error( $found ) ) {
		return 'hold' === imgpolicy_setting( 'UNANSWERED', 'refuse' ) ? '' : $found->get_error_message();
	}
	return 'go' === $found['verdict'] ? '' : imgpolicy_line( $found );
}

function imgpolicy_upload( $file ) {
	$why = isset( $file['tmp_name'], $file['name'] ) ? imgpolicy_refusal( $file['tmp_name'], $file['name'] ) : '';
	if ( '' !== $why ) {
		$file['error'] = $why;
	}
	return $file;
}
add_filter( 'wp_handle_upload_prefilter', 'imgpolicy_upload' );
add_filter( 'wp_handle_sideload_prefilter', 'imgpolicy_upload' );

/** Bytes that a program sends, as over XML-RPC. */
function imgpolicy_upload_bits( $upload ) {
	if ( ! is_array( $upload ) || ! isset( $upload['bits'], $upload['name'] ) ) {
		return $upload;
	}
	require_once ABSPATH . 'wp-admin/includes/file.php';
	$path = wp_tempnam( 'imgpolicy' );
	file_put_contents( $path, $upload['bits'] );
	$why = imgpolicy_refusal( $path, $upload['name'] );
	unlink( $path );
	return '' === $why ? $upload : $why;
}
add_filter( 'wp_upload_bits', 'imgpolicy_upload_bits' );

/** Say of a new attachment that nothing is known of it yet, or what was said of its file a moment ago. */
add_action(
	'add_attachment',
	function ( $id ) {
		if ( imgpolicy_is_picture( $id ) ) {
			imgpolicy_check_attachment( $id );
		}
	}
);

add_filter(
	'manage_media_columns',
	function ( $columns ) {
		$columns['imgpolicy'] = 'May be posted';
		return $columns;
	}
);
add_action(
	'manage_media_custom_column',
	function ( $column, $id ) {
		if ( 'imgpolicy' === $column && imgpolicy_is_picture( $id ) ) {
			$said = get_post_meta( $id, '_imgpolicy', true );
			echo esc_html( $said ? $said : 'not asked yet' );
		}
	},
	10,
	2
);
