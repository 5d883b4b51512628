"""Raw recordings of KITTI."""
