<?php
/**
 * A post is public when the desk lets each of its pictures go, and is on record there then; else it is a draft.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

defined( 'ABSPATH' ) || exit;

const IMGPOLICY_PUBLIC = array( 'publish', 'future', 'private' );

/** The first reason why these attachments may not be published, in one line; empty when they may. */
function imgpolicy_hindrance( $ids ) {
	foreach ( $ids as $id ) {
		if ( 0 === $id || 'attachment' !== get_post_type( $id ) ) {
			return 'a picture in the text is not in the media library: upload it there';
		}
		$found = imgpolicy_check_attachment( $id );
		if ( is_wp_error( $found ) ) {
			return $found->get_error_message();
		}
	}
	return '';
}

/** The attachments of a post as it is: those in its text, its featured image, and those that `[gallery]` shows. */
function imgpolicy_of_post( $post_id, $text, $featured = 0 ) {
	$ids = imgpolicy_in_text( $text );
	if ( preg_match( '/\[gallery(?![^\]]*\bids=)[^\]]*\]/', $text ) && $post_id ) {
		$ids = array_merge( $ids, wp_list_pluck( get_attached_media( 'image', $post_id ), 'ID' ) );
	}
	$featured = $featured > 0 ? $featured : (int) ( $post_id ? get_post_thumbnail_id( $post_id ) : 0 );
	return array_values( array_unique( array_map( 'intval', array_merge( $ids, $featured ? array( $featured ) : array() ) ) ) );
}

/** Before a post is written as public: a draft instead, when a picture may not be posted. */
function imgpolicy_gate( $data, $given ) {
	if ( ! in_array( $data['post_status'], IMGPOLICY_PUBLIC, true ) || in_array( $data['post_type'], array( 'attachment', 'revision', 'nav_menu_item' ), true ) ) {
		return $data;
	}
	$featured = isset( $given['_thumbnail_id'] ) ? (int) $given['_thumbnail_id'] : 0;
	$featured = isset( $given['meta_input']['_thumbnail_id'] ) ? (int) $given['meta_input']['_thumbnail_id'] : $featured;
	$id       = isset( $given['ID'] ) ? (int) $given['ID'] : 0;
	$why      = imgpolicy_hindrance( imgpolicy_of_post( $id, wp_unslash( $data['post_content'] ), $featured ) );
	if ( '' !== $why ) {
		$data['post_status'] = 'draft';
		imgpolicy_tell( $why );
	}
	return $data;
}
add_filter( 'wp_insert_post_data', 'imgpolicy_gate', 99, 2 );

/** A public post gets no featured image that may not be posted: whoever sets one is refused. */
function imgpolicy_gate_featured( $answer, $post_id, $key, $value ) {
	if ( '_thumbnail_id' !== $key || ! in_array( get_post_status( $post_id ), IMGPOLICY_PUBLIC, true ) ) {
		return $answer;
	}
	$why = imgpolicy_hindrance( array( (int) $value ) );
	if ( '' === $why ) {
		return $answer;
	}
	imgpolicy_tell( $why );
	return false;
}
add_filter( 'add_post_metadata', 'imgpolicy_gate_featured', 10, 4 );
add_filter( 'update_post_metadata', 'imgpolicy_gate_featured', 10, 4 );

/** As a post is public, by whatever way: its pictures are on record at the desk, or it is a draft again. */
function imgpolicy_record( $post_id ) {
	$post = get_post( $post_id );
	if ( ! $post || 'publish' !== $post->post_status || in_array( $post->post_type, array( 'attachment', 'revision' ), true ) ) {
		return;
	}
	$ids  = imgpolicy_of_post( $post_id, $post->post_content );
	$url  = get_permalink( $post );
	$why  = imgpolicy_hindrance( $ids );
	$kept = (array) get_post_meta( $post_id, '_imgpolicy_recorded', true );
	foreach ( '' === $why ? $ids : array() as $id ) {
		$every = imgpolicy_check_attachment( $id );
		$found = is_wp_error( $every ) ? null : reset( $every );
		if ( ! $found || isset( $kept[ $found['sha256'] ] ) ) {
			continue;
		}
		if ( ! imgpolicy_posted( $found, $url ) ) {
			$why = basename( get_attached_file( $id ) ) . ': the desk does not record where it is posted; try again';
			break;
		}
		$kept[ $found['sha256'] ] = $url;
	}
	update_post_meta( $post_id, '_imgpolicy_recorded', array_filter( $kept ) );
	update_post_meta( $post_id, '_imgpolicy_url', $url );
	if ( '' !== $why ) {
		imgpolicy_tell( $why );
		imgpolicy_draft( $post_id );
	}
}
add_action( 'wp_after_insert_post', 'imgpolicy_record' );
add_action( 'publish_future_post', 'imgpolicy_record', 20 );
add_action(
	'added_post_meta',
	function ( $meta, $post_id, $key ) {
		if ( '_thumbnail_id' === $key ) {
			imgpolicy_record( $post_id );
		}
	},
	10,
	3
);
add_action(
	'updated_post_meta',
	function ( $meta, $post_id, $key ) {
		if ( '_thumbnail_id' === $key ) {
			imgpolicy_record( $post_id );
		}
	},
	10,
	3
);

function imgpolicy_draft( $post_id ) {
	wp_update_post(
		array(
			'ID'          => $post_id,
			'post_status' => 'draft',
		)
	);
}

/** Keep a line for whoever works in the administration, to be shown once. */
function imgpolicy_tell( $line ) {
	set_transient( 'imgpolicy_told_' . get_current_user_id(), $line, HOUR_IN_SECONDS );
}
add_action(
	'admin_notices',
	function () {
		$key  = 'imgpolicy_told_' . get_current_user_id();
		$line = get_transient( $key );
		if ( $line ) {
			delete_transient( $key );
			echo '<div class="notice notice-error"><p>' . esc_html( "Kept as a draft: $line" ) . '</p></div>';
		}
		$address = imgpolicy_address();
		if ( is_wp_error( $address ) ) {
			echo '<div class="notice notice-error"><p>' . esc_html( $address->get_error_message() ) . '</p></div>';
		}
	}
);
