<?php
/**
 * What the desk sends when a consent is withdrawn: the post is a draft, or its pictures give way; then the task is closed.
 *
 * The address is /wp-json/imgpolicy/v1/webhook. Signatures are those of Standard Webhooks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

const IMGPOLICY_TOLERANCE = 300;

add_action(
	'rest_api_init',
	function () {
		register_rest_route(
			'imgpolicy/v1',
			'/webhook',
			array(
				'methods'             => 'POST',
				'callback'            => 'imgpolicy_webhook',
				'permission_callback' => '__return_true', // the signature is asked for instead
			)
		);
	}
);

/** True when the event was signed by our secret; never without a secret, an id and a time. */
function imgpolicy_is_signed( $event, $sent, $body, $signatures ) {
	$key = base64_decode( preg_replace( '/^whsec_/', '', (string) imgpolicy_setting( 'WEBHOOK_SECRET', '' ) ), true );
	if ( ! $key || '' === $event || ! preg_match( '/^\d{1,12}$/D', $sent ) ) {
		return false;
	}
	$mine  = 'v1,' . base64_encode( hash_hmac( 'sha256', "$event.$sent.$body", $key, true ) );
	$right = false;
	foreach ( explode( ' ', $signatures ) as $one ) {
		$right = hash_equals( $mine, $one ) || $right;
	}
	return $right;
}

function imgpolicy_webhook( WP_REST_Request $request ) {
	$event = (string) $request->get_header( 'webhook_id' );
	$sent  = (string) $request->get_header( 'webhook_timestamp' );
	if ( ! imgpolicy_is_signed( $event, $sent, $request->get_body(), (string) $request->get_header( 'webhook_signature' ) ) ) {
		return new WP_Error( 'imgpolicy_unsigned', 'not signed by the secret of this webhook', array( 'status' => 400 ) );
	}
	if ( abs( time() - (int) $sent ) > IMGPOLICY_TOLERANCE ) {
		return new WP_Error( 'imgpolicy_old', 'the time of the request is not that of now: set the clocks right', array( 'status' => 400 ) );
	}
	$taken = 'imgpolicy_event_' . hash( 'sha256', $event );
	if ( get_transient( $taken ) ) {
		return new WP_REST_Response( null, 204 );
	}
	$said = json_decode( $request->get_body(), true );
	if ( is_array( $said ) && isset( $said['type'], $said['data']['publications'] ) && 'withdrawn' === $said['type'] ) {
		$at = array(); // a page may show several pictures that must go
		foreach ( (array) $said['data']['publications'] as $post ) {
			$at[ (string) $post['url'] ][] = (string) $post['id'];
		}
		foreach ( $at as $url => $publications ) {
			if ( ! imgpolicy_come_down( $publications, (string) $url ) ) {
				return new WP_Error( 'imgpolicy_again', 'the desk does not answer: send it again', array( 'status' => 503 ) );
			}
		}
	}
	set_transient( $taken, 1, MONTH_IN_SECONDS );
	return new WP_REST_Response( null, 204 );
}

/** True when nothing of ours is at the address any more and the desk was told; false when it must be asked again. */
function imgpolicy_come_down( $publications, $url ) {
	$ids   = get_posts(
		array(
			'post_type'   => 'any',
			'post_status' => 'any',
			'numberposts' => -1,
			'fields'      => 'ids',
			'meta_key'    => '_imgpolicy_url',
			'meta_value'  => $url,
		)
	);
	$found = url_to_postid( $url );
	$ids   = array_unique( array_merge( $ids, $found ? array( $found ) : array() ) );
	if ( ! $ids ) {
		return true; // another site's, or gone: a person closes its task
	}
	foreach ( $ids as $id ) {
		delete_post_meta( $id, '_imgpolicy_recorded' );
		$swapped = 'swap' === imgpolicy_setting( 'WITHDRAWN', 'unpublish' ) && imgpolicy_swap( $id );
		if ( ! $swapped && 'draft' !== get_post_status( $id ) ) {
			imgpolicy_draft( $id );
		}
	}
	foreach ( $publications as $publication ) {
		$told = imgpolicy_taken_down( $publication );
		if ( is_wp_error( $told ) && 'imgpolicy_refused' !== $told->get_error_code() ) {
			return false;
		}
	}
	return true;
}

/** True when pictures of the post that may not be posted gave way to the placeholder, in each of their sizes. */
function imgpolicy_swap( $post_id ) {
	$placeholder = get_attached_file( (int) imgpolicy_setting( 'PLACEHOLDER', 0 ) );
	$swapped     = false;
	foreach ( imgpolicy_of_post( $post_id, get_post( $post_id )->post_content ) as $id ) {
		if ( ! is_wp_error( imgpolicy_check_attachment( $id ) ) ) {
			continue;
		}
		if ( ! $placeholder || ! imgpolicy_overwrite( $id, $placeholder ) ) {
			return false;
		}
		$swapped = true;
	}
	return $swapped;
}

/** True when each file of an attachment shows the placeholder, under the name and in the size that it had. */
function imgpolicy_overwrite( $id, $placeholder ) {
	$files = imgpolicy_files( $id );
	$at    = dirname( (string) get_attached_file( $id ) );
	$meta  = wp_get_attachment_metadata( $id );
	foreach ( is_array( $meta ) && isset( $meta['sizes'] ) ? $meta['sizes'] : array() as $size ) {
		$files[] = $at . '/' . $size['file'];
	}
	foreach ( array_unique( $files ) as $file ) {
		$size   = getimagesize( $file );
		$editor = wp_get_image_editor( $placeholder );
		if ( ! $size || is_wp_error( $editor ) ) {
			return false;
		}
		$editor->resize( $size[0], $size[1], true );
		if ( is_wp_error( $editor->save( $file, $size['mime'] ) ) ) {
			return false;
		}
	}
	update_post_meta( $id, '_imgpolicy', 'gave way to the placeholder, ' . wp_date( 'Y-m-d' ) );
	return true;
}
